import Model

/// `firewall-drop`: the router's firewall silently drops the packets that it should forward.
public struct FirewallDrop: RunningFault {
  private let firewall: FirewallFault

  public init(lab: Lab, direction: Direction) {
    let match =
      switch direction {
      case .both: ""
      case .toServer: "iifname \"eth-client\" "
      case .toClient: "oifname \"eth-client\" "
      }
    firewall = FirewallFault(lab: lab, verdicts: ["\(match)counter name \"refused\" drop"])
  }

  public var backend: String { "nftables" }

  public func prepare() async throws { try firewall.prepare() }

  public func inject() async throws -> Moment { try firewall.inject() }

  public func prove(patience _: Duration) async throws -> Proof { try firewall.prove() }

  public func heal() async throws -> Moment { try firewall.heal() }

  /// One direction has the same effect as both: no answer comes back.
  static func effect(_ direction: Direction, on connection: ConnectionUnderTest) -> FaultEffect {
    guard connection.topology.path.hasRouter else { return .none }
    return .pathBroken(
      Silence(
        hostUnreachable: false, peerIsHeard: direction.isDeparting(from: connection.observer),
        newConnections: .dropped))
  }
}
