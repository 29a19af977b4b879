/// Why kernels are looked for in a directory.
public enum KernelPlace: String, Sendable, Hashable, CaseIterable {
  /// FLATLINE_KERNELS names it.
  case named
  /// It is the user's own cache.
  case user
  /// It is the machine's, for all its users.
  case system

  /// For people.
  public var spelled: String {
    switch self {
    case .named: "named by FLATLINE_KERNELS"
    case .user: "of this user"
    case .system: "system-wide"
    }
  }

  /// What to do if it cannot be written.
  var remedy: String {
    switch self {
    case .named, .user: elsewhere
    case .system: "run it as root, have root give you the directory, or \(elsewhere)"
    }
  }

  /// How to build in another place.
  var elsewhere: String {
    switch self {
    case .named, .user: "set XDG_CACHE_HOME to another place"
    case .system: "leave out --system"
    }
  }
}
