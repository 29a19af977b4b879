import LinuxSystem

/// The privilege by which this process creates network namespaces.
enum Privilege: Sendable {
  case root
  /// An ordinary user, root in a user namespace of its own.
  case userNamespace
  /// An ordinary user who may not have one, with the reason.
  case none(SystemError)

  @TaskLocal static var current = Privilege.root

  /// Whether `command` needs a user namespace.
  static func takesNamespace(for command: String?) -> Bool {
    // Root in a container often lacks the capability, and then counts as an ordinary user.
    !CurrentProcess.canAdministerSystem && (command == "run" || command == "doctor")
  }

  /// Gets the privilege that `command` needs. Must be called before the process has a second thread.
  static func acquire(for command: String?) -> Privilege {
    guard takesNamespace(for: command) else { return .root }
    do throws(SystemError) {
      try Namespaces.becomeRootInUserNamespace()
      return .userNamespace
    } catch {
      return .none(error)
    }
  }

  var described: String {
    switch self {
    case .root: "root"
    case .userNamespace: "an ordinary user, root in a user namespace"
    case .none(let error): "none: \(error)"
    }
  }
}
