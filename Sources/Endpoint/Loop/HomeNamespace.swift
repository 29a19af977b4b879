import LinuxSystem

/// The network namespace that the process was started in. It goes back there after each role, lest it keep the role's
/// namespace, and so a lab, alive.
///
/// Moves the calling thread, which has to be the process's only one then: the threads of a role are gone by its end.
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

  /// Does nothing if it is there already.
  func comeBack() throws(EndpointError) {
    guard isAway else { return }
    try during("quit", .unsupported) { () throws(SystemError) in try Namespaces.enterNetwork(home) }
    isAway = false
  }
}
