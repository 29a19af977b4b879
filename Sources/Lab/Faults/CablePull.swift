import LinuxNetwork
import Model

/// `cable-pull`: both ends lose carrier at once, stay administratively up and keep their routes.
///
/// Both ports in the wiring namespace are set down, so the veth peers in the hosts lose carrier, exactly as a network
/// card does when its cable is unplugged. (Setting a host's own interface down is a different event: routes vanish.)
public struct CablePull: RunningFault {
  private let lab: Lab
  private let cable: CableName
  private let baseline = EndsBeforeFault()

  public init(lab: Lab, cable: CableName) {
    self.lab = lab
    self.cable = cable
  }

  public var backend: String { "carrier" }

  public func inject() async throws -> Moment {
    try baseline.record(try ends())
    return try lab.changePorts(of: cable) { $0.pulls += 1 }
  }

  public func prove(patience _: Duration) async throws -> Proof {
    Proof.checking(
      try baseline.compared(in: lab).flatMap { before, now -> [(expected: String, seen: Bool)] in
        let unplugged = try !lab.wiring.netlink.link(now.end.port.index).isAdministrativelyUp
        let pulled = (
          "\(now.host) lost carrier",
          unplugged && !now.link.hasCarrier && now.link.carrierDownCount >= before.downCountAfterLoss
        )
        // Another fault may have set the interface itself down; that does not concern the cable.
        if lab.isSetDown(now.end.interface) { return [pulled] }
        return [
          pulled, ("\(now.host) is administratively up", now.link.isAdministrativelyUp),
          ("\(now.host) keeps its \(before.routes) routes", now.routes >= before.routes),
        ]
      })
  }

  public func heal() async throws -> Moment {
    try lab.changePorts(of: cable) { $0.pulls -= 1 }
  }

  /// The hosts' and the router's own kernels notice that the neighbour is gone once they have something to send.
  static func effect(of cable: CableName, on connection: ConnectionUnderTest) -> FaultEffect {
    let topology = connection.topology
    guard cable.carriesTraffic(in: topology) else { return .none }
    return .pathBroken(
      Silence(
        hostUnreachable: topology.undoesBackoffOfUnreachableHosts,
        local: cable.ends(at: connection.observer, in: topology) ? .carrierLost : .none,
        newConnections: .unresolved))
  }

  private func ends() throws -> [EndState] {
    try lab.cable(cable).ends.filter { lab.hasPower($0.host) }.map { try EndState(of: $0, in: lab) }
  }
}
