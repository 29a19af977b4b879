import Glibc
import LinuxSystem

/// The kernels that were built for this user, each in a directory of its own: `VERSION-HASH`, where HASH is that of the
/// options that it was built with.
public struct KernelCache: Sendable, Hashable {
  /// Where they are: `~/.cache/flatline/kernels`.
  public let directory: String

  public init(directory: String) {
    self.directory = directory
  }

  /// The user's: in XDG_CACHE_HOME, or else in `~/.cache` (XDG Base Directory Specification).
  public static func ofThisUser() throws(UserModeKernelError) -> KernelCache {
    if let cache = CurrentProcess.environment("XDG_CACHE_HOME"), cache.hasPrefix("/") {
      return KernelCache(directory: "\(cache)/flatline/kernels")
    }
    guard let home = CurrentProcess.environment("HOME"), home.hasPrefix("/") else {
      throw UserModeKernelError(
        .unsupported, stage: "find the cache of kernels",
        "neither HOME nor XDG_CACHE_HOME is set to an absolute path; set one of them")
    }
    return KernelCache(directory: "\(home)/.cache/flatline/kernels")
  }

  /// This user's kernels, newest version first; stale ones too, after those that can be run.
  public static func kernels() throws(UserModeKernelError) -> [BuiltKernel] { try ofThisUser().contents() }

  /// This user's kernel of a version, such as `6.12`; nil for the newest that can be run.
  ///
  /// - Throws: if there is none, with the command that builds it.
  public static func find(version: String?) throws(UserModeKernelError) -> BuiltKernel {
    try ofThisUser().kernel(version: version)
  }

  /// Newest version first; stale ones too, after those that can be run.
  public func contents() throws(UserModeKernelError) -> [BuiltKernel] {
    let names: [String]
    do throws(SystemError) {
      names = try DirectoryListing.names(in: directory)
    } catch {
      if error.errno == .notFound { return [] }
      throw UserModeKernelError(.inputOutput, stage: "list the kernels", "\(error)")
    }
    func rank(_ kernel: BuiltKernel) -> (Int, [Int]) {
      (kernel.isStale ? 0 : 1, KernelVersion(kernel.version)?.numbers ?? [])
    }
    // Hidden ones are being built.
    return names.filter { !$0.hasPrefix(".") }.compactMap { kernel(in: "\(directory)/\($0)") }
      .sorted { left, right in
        let (ours, theirs) = (rank(left), rank(right))
        return ours.0 != theirs.0 ? ours.0 > theirs.0 : theirs.1.lexicographicallyPrecedes(ours.1)
      }
  }

  /// The kernel of a version, such as `6.12`, or of a release, such as `6.12.117`; nil for the newest that can be run.
  ///
  /// - Throws: if there is none, with the command that builds it.
  public func kernel(version: String?) throws(UserModeKernelError) -> BuiltKernel {
    let all = try contents()
    if let found = all.first(where: { !$0.isStale && $0.isCalled(version) }) { return found }
    let wanted = version.map { " of version \($0)" } ?? ""
    let remedy =
      switch version {
      case nil: "flatline kernel build, or make kernel"
      case let version? where KernelSource.versions.contains(version): "flatline kernel build --version \(version)"
      case _?: "flatline kernel build --source TREE, of that version's source"
      }
    let stale = all.filter { $0.isStale && $0.isCalled(version) }
    let usable = all.filter { !$0.isStale }.map(\.version)
    let others = usable.isEmpty ? "" : ", only \(usable.joined(separator: " and "))"
    throw UserModeKernelError(
      .unsupported, stage: "find a kernel for the virtual clock",
      stale.isEmpty
        ? "there is none\(wanted) in \(directory)\(others); build it: \(remedy)"
        : "the one\(wanted) in \(stale[0].directory) was built with other options; build it anew: \(remedy)")
  }

  /// What a directory of the cache holds; nil if it is no kernel.
  private func kernel(in directory: String) -> BuiltKernel? {
    let executable = "\(directory)/\(KernelRecord.executable)"
    guard access(executable, X_OK) == 0, let record = try? KernelRecord(readingIn: directory) else { return nil }
    return BuiltKernel(
      version: record.version, release: record.release, executable: executable, directory: directory,
      fragment: record.fragment)
  }

  /// The place of a kernel that is built with the current options.
  func place(version: String) -> String { "\(directory)/\(version)-\(KernelFragment.current.hash(of: version))" }
}
