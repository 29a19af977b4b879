import Model

/// `firewall-reject`: the router's firewall rejects the packets that it should forward, and notifies the sender.
public struct FirewallReject: RunningFault {
  private let firewall: FirewallFault

  /// Throws if the lab's address family has no such rejection.
  public init(lab: Lab, rejection: Rejection) throws(LabError) {
    let family = lab.topology.family
    guard family == .ipv4 || rejection.existsInIPv6 else {
      throw LabError("firewall-reject", "IPv6 has no \(rejection.rawValue)")
    }
    let count = "counter name \"refused\""
    firewall = FirewallFault(
      lab: lab,
      verdicts: rejection == .tcpReset
        ? [
          "meta l4proto tcp \(count) reject with tcp reset",
          // Other protocols than TCP cannot be reset.
          "\(count) reject with \(Self.unreachable(.portUnreachable, family))",
        ] : ["\(count) reject with \(Self.unreachable(rejection, family))"])
  }

  public var backend: String { "nftables" }

  public func prepare() async throws { try firewall.prepare() }

  public func inject() async throws -> Moment { try firewall.inject() }

  public func prove(patience _: Duration) async throws -> Proof { try firewall.prove() }

  public func heal() async throws -> Moment { try firewall.heal() }

  /// The name in nft(8) of an ICMP or ICMPv6 destination unreachable.
  private static func unreachable(_ rejection: Rejection, _ family: AddressFamily) -> String {
    guard family == .ipv6 else { return "icmp type \(rejection.rawValue)" }
    switch rejection {
    case .netUnreachable: return "icmpv6 type no-route"
    case .hostUnreachable: return "icmpv6 type addr-unreachable"
    default: return "icmpv6 type \(rejection.rawValue)"
    }
  }

  /// A reset ends the connection on the side that sends; after that, the other side's next segment reaches a closed
  /// connection. If neither side sends, the connection is unharmed at the heal.
  ///
  /// An ICMP error is a soft error to an established connection (RFC 1122, section 4.2.3.9). Network unreachable (in
  /// IPv6: no route) undoes backoff in both families, host unreachable only in IPv4, and no other code does
  /// (net/ipv4/tcp_ipv4.c, tcp_v4_err; net/ipv6/tcp_ipv6.c, tcp_v6_err).
  static func effect(of rejection: Rejection, on connection: ConnectionUnderTest) -> EffectCourse {
    let topology = connection.topology
    guard topology.path.hasRouter else { return EffectCourse(.none) }
    switch rejection {
    case .tcpReset:
      // A connection on which neither side sends is not reset, and is unharmed at the heal.
      guard connection.quietTime != nil else { return EffectCourse(rejected(undoingBackoff: false)) }
      return EffectCourse(.connectionLost(.whenSpokenTo), after: .connectionLost(.whenSpokenTo))
    case .netUnreachable: return EffectCourse(rejected(undoingBackoff: true))
    case .hostUnreachable:
      return EffectCourse(rejected(undoingBackoff: topology.undoesBackoffOfUnreachableHosts))
    case .protocolUnreachable, .portUnreachable, .netProhibited, .hostProhibited, .adminProhibited:
      return EffectCourse(rejected(undoingBackoff: false))
    }
  }

  private static func rejected(undoingBackoff: Bool) -> FaultEffect {
    .pathBroken(Silence(hostUnreachable: undoingBackoff, newConnections: .rejected))
  }
}
