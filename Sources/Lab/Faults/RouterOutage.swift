import LinuxNetwork
import Model

/// The common part of `router-restart` and `router-crash`: a router without power. It loses all its state: forwarding,
/// routes, neighbours, tracked connections, and the firewall tables of other faults.
///
/// Its cables lose carrier at t0 and its namespace is destroyed. The hosts keep their own state, as when a real router
/// loses power.
struct RouterOutage: Sendable {
  let lab: Lab
  private let baseline = EndsBeforeFault()

  init(lab: Lab) {
    self.lab = lab
  }

  func inject() throws -> Moment {
    try baseline.record(try hostEnds())
    return try lab.powerOff(.router)
  }

  func prove() throws -> Proof {
    let ends = try baseline.compared(in: lab)
    if ends.isEmpty { return Proof.checking([]) }
    return Proof.checking(
      [("the router is gone", !lab.hasRouter)]
        + ends.map { before, now in
          (
            // Another fault may have set the interface administratively down.
            "\(now.host) lost carrier",
            !now.link.hasCarrier && now.link.carrierDownCount >= before.downCountAfterLoss
          )
        })
  }

  static func effect(on connection: ConnectionUnderTest) -> FaultEffect {
    let topology = connection.topology
    guard topology.path.hasRouter else { return .none }
    return .pathBroken(
      Silence(
        hostUnreachable: topology.undoesBackoffOfUnreachableHosts, local: .carrierLost, newConnections: .unresolved))
  }

  /// The ends of the router's cables at the hosts.
  private func hostEnds() throws -> [EndState] {
    try lab.cables(of: .router).flatMap(\.ends).filter { $0.host != .router && lab.hasPower($0.host) }
      .map { try EndState(of: $0, in: lab) }
  }
}
