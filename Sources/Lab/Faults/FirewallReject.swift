import Model

/// `firewall-reject`: the router's firewall refuses what it would forward, and tells the sender.
public struct FirewallReject: RunningFault {
  private let firewall: FirewallFault

  /// Throws if the lab's family has no such rejection.
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
          // What is not TCP cannot be reset.
          "\(count) reject with \(Self.unreachable(.portUnreachable, family))",
        ] : ["\(count) reject with \(Self.unreachable(rejection, family))"])
  }

  public var backend: String { "nftables" }

  public func prepare() async throws { try firewall.prepare() }

  public func inject() async throws -> Moment { try firewall.inject() }

  public func prove(patience _: Duration) async throws -> Proof { try firewall.prove() }

  public func heal() async throws -> Moment { try firewall.heal() }

  /// nft(8)'s name of an ICMP or ICMPv6 destination unreachable.
  private static func unreachable(_ rejection: Rejection, _ family: AddressFamily) -> String {
    guard family == .ipv6 else { return "icmp type \(rejection.rawValue)" }
    switch rejection {
    case .netUnreachable: return "icmpv6 type no-route"
    case .hostUnreachable: return "icmpv6 type addr-unreachable"
    default: return "icmpv6 type \(rejection.rawValue)"
    }
  }

  /// A reset ends the connection of whoever speaks; afterwards the other side's next segment meets a closed one. If
  /// nobody ever speaks the heal finds it unharmed.
  ///
  /// An ICMP error is a soft error to an established connection (RFC 1122, section 4.2.3.9). Network unreachable, which
  /// IPv6 calls no route, undoes backoff in both families, host unreachable in IPv4 only; no other code does
  /// (net/ipv4/tcp_ipv4.c, tcp_v4_err; net/ipv6/tcp_ipv6.c, tcp_v6_err).
  static func effect(of rejection: Rejection, on connection: ConnectionUnderTest) -> EffectCourse {
    let topology = connection.topology
    guard topology.path.hasRouter else { return EffectCourse(.none) }
    switch rejection {
    case .tcpReset:
      // A connection on which nobody speaks is not reset, and the heal finds it unharmed.
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
