import Glibc
import LinuxSystem

/// The location of a kernel's source: an archive, or a tree that was unpacked from one.
public struct KernelSource: Sendable, Hashable {
  public let path: String
  let isArchive: Bool
  /// The version, if it is known without looking inside; nil for a source that the user names.
  public let version: String?

  /// The versions that Debian 12 packages and that Flatline is tested with, the preferred one first.
  public static let versions = ["6.12", "6.1"]

  /// The source of a version as Debian's package `linux-source-VERSION` installs it, or unpacked beside that.
  ///
  /// - Parameters:
  ///   - version: one of `versions`; nil for the first one that is installed.
  ///   - folder: the directory in which packages install it.
  public static func installed(
    version: String?, in folder: String = "/usr/src"
  ) throws(UserModeKernelError) -> KernelSource {
    if let version, !versions.contains(version) {
      throw UserModeKernelError(
        .usage, stage: "find the source of \(version)",
        "Debian packages \(versions.joined(separator: " and ")); give the source of another version with --source")
    }
    for version in version.map({ [$0] }) ?? versions {
      let tree = "\(folder)/linux-source-\(version)"
      for (path, isArchive) in [("\(tree).tar.xz", true), (tree, false)] where access(path, R_OK) == 0 {
        return KernelSource(path: path, isArchive: isArchive, version: version)
      }
    }
    let wanted = version ?? versions[0]
    throw UserModeKernelError(
      .unsupported, stage: "find the source of \(wanted)",
      "\(folder)/linux-source-\(wanted).tar.xz is not there; install it: \(BuildTools.install(["linux-source-\(wanted)"])), "
        + "or give another with --source")
  }

  /// A tree or an archive that the user names.
  public static func named(_ path: String) throws(UserModeKernelError) -> KernelSource {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw UserModeKernelError(.inputOutput, stage: "read \(path)", Errno(code: errno).text)
    }
    let isArchive = status.st_mode & S_IFMT != S_IFDIR
    guard isArchive || access("\(path)/arch/um/Makefile", R_OK) == 0 else {
      throw UserModeKernelError(
        .usage, stage: "read \(path)", "it is not a Linux source: arch/um/Makefile is not there")
    }
    // The build happens elsewhere.
    let absolute = path.hasPrefix("/") ? path : "\(CurrentProcess.directory)/\(path)"
    return KernelSource(path: absolute, isArchive: isArchive, version: nil)
  }

  /// The version in Linux's Makefile: `6.12`.
  static func version(ofTree tree: String) throws(UserModeKernelError) -> String {
    let text: String
    do throws(SystemError) {
      text = String(decoding: try OwnedDescriptor.open("\(tree)/Makefile").readToEnd(), as: UTF8.self)
    } catch {
      throw UserModeKernelError(.usage, stage: "read the version of \(tree)", "\(error); is it a Linux source?")
    }
    func value(_ name: String) -> Int? {
      let line = text.split(separator: "\n").first { $0.hasPrefix("\(name) = ") }
      return line.flatMap { Int($0.dropFirst(name.count + 3)) }
    }
    guard let major = value("VERSION"), let minor = value("PATCHLEVEL") else {
      throw UserModeKernelError(
        .usage, stage: "read the version of \(tree)", "its Makefile names no VERSION and PATCHLEVEL")
    }
    return "\(major).\(minor)"
  }
}
