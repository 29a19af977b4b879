import LinuxSystem

/// The network namespace that the process was started in. The process returns to it after each role; otherwise it would
/// keep the role's namespace, and so a lab, alive.
///
/// Moves the calling thread, which must be the process's only thread at that time: a role's threads end with the role.
final class HomeNamespace {
  private let home: OwnedDescriptor
  private var isAway = false

  init() throws(EndpointError) {
    home = try during("start", .unsupported) { () throws(SystemError) in try Namespaces.currentNetwork() }
  }

  func leave(for path: String) throws(EndpointError) {
    try during("start", .unsupported) { () throws(SystemError) in
      try Namespaces.enterNetwork(OwnedDescriptor.open(path))
    }
    isAway = true
  }

  /// Does nothing if the thread is there already.
  func comeBack() throws(EndpointError) {
    guard isAway else { return }
    try during("quit", .unsupported) { () throws(SystemError) in try Namespaces.enterNetwork(home) }
    isAway = false
  }
}
