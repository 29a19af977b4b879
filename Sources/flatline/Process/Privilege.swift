import LinuxSystem

/// By what right this process creates network namespaces.
enum Privilege: Sendable {
  case root
  /// An ordinary user, root in a user namespace of its own.
  case userNamespace
  /// An ordinary user who may not have one; why.
  case none(SystemError)

  @TaskLocal static var current = Privilege.root

  /// Whether getting what `command` needs takes a user namespace.
  static func takesNamespace(for command: String?) -> Bool {
    // Root in a container often lacks the capability, and is then as good as an ordinary user.
    !CurrentProcess.canAdministerSystem && (command == "run" || command == "doctor")
  }

  /// Gets what `command` needs. Must be called before the process has a second thread.
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
