/// A user-mode kernel that was built, booted once and put into the cache.
public struct BuiltKernel: Sendable, Hashable {
  /// Its series, by which users name it: `6.12`.
  public let version: String
  /// What `uname -r` says in a guest: `6.12.117`.
  public let release: String
  /// The path of the executable.
  public let executable: String
  /// Its directory in the cache.
  public let directory: String
  /// The hash of the options that it was built with (`KernelFragment.hash(of:)`).
  public let fragment: String
  /// The place where it was found.
  public let place: KernelPlace
  /// Why it must not be run; nil if there is no reason (`KernelTrust`).
  public let objection: String?

  public init(
    version: String, release: String, executable: String, directory: String, fragment: String,
    place: KernelPlace = .user, objection: String? = nil
  ) {
    self.place = place
    self.objection = objection
    self.version = version
    self.release = release
    self.executable = executable
    self.directory = directory
    self.fragment = fragment
  }

  /// Whether it was built with other options than this Flatline wants: it is listed, but never run.
  public var isStale: Bool { fragment != KernelFragment.current.hash(of: version) }

  /// Whether it may be run.
  public var isUsable: Bool { !isStale && objection == nil }

  /// The sort key of kernels, the greatest first.
  var rank: [Int] { [isUsable ? 1 : 0] + (KernelVersion(version)?.numbers ?? []) }

  /// Whether this is the requested kernel, by its version or its release; true if none is requested.
  func isCalled(_ name: String?) -> Bool { name == nil || name == version || name == release }
}
