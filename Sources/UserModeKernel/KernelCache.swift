import Glibc
import LinuxSystem

/// The built kernels, each in a separate directory `VERSION-HASH`, where HASH is the hash of its build options.
public struct KernelCache: Sendable, Hashable {
  /// Where they are: `~/.cache/flatline/kernels`.
  public let directory: String
  /// Why kernels are looked for there.
  public let place: KernelPlace

  public init(directory: String, place: KernelPlace = .user) {
    self.directory = directory
    self.place = place
  }

  /// The machine's, for all its users (Filesystem Hierarchy Standard 3.0, section 5.8).
  public static let system = KernelCache(directory: "/var/lib/flatline/kernels", place: .system)

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

  /// Newest version first; kernels that are never run come last.
  public func contents() throws(UserModeKernelError) -> [BuiltKernel] {
    let names: [String]
    do throws(SystemError) {
      names = try DirectoryListing.names(in: directory)
    } catch {
      if error.errno == .notFound { return [] }
      // Any owner is accepted here.
      if error.errno == .accessDenied, place == .system { return [] }
      throw UserModeKernelError(.inputOutput, stage: "list the kernels", "\(error)")
    }
    // Hidden directories are builds under way.
    return names.filter { !$0.hasPrefix(".") }.compactMap { kernel(in: "\(directory)/\($0)") }
      .sorted { $1.rank.lexicographicallyPrecedes($0.rank) }
  }

  /// The kernel in a directory of the cache; nil if there is none.
  private func kernel(in directory: String) -> BuiltKernel? {
    let executable = "\(directory)/\(KernelRecord.executable)"
    guard access(executable, X_OK) == 0, let record = try? KernelRecord(readingIn: directory) else { return nil }
    return BuiltKernel(
      version: record.version, release: record.release, executable: executable, directory: directory,
      fragment: record.fragment, place: place,
      objection: KernelTrust.objection(to: executable, in: directory, of: self.directory))
  }

  /// The place of a kernel that is built with the current options.
  func place(version: String) -> String { "\(directory)/\(version)-\(KernelFragment.current.hash(of: version))" }
}
