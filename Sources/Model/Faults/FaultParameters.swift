/// Which frames a fault concerns.
public enum Direction: String, Sendable, Hashable, CaseIterable {
  case both
  case toServer = "to-server"
  case toClient = "to-client"

  /// Whether only what `observer` sends is concerned.
  public func isDeparting(from observer: Observer) -> Bool {
    switch self {
    case .both: false
    case .toServer: observer == .client
    case .toClient: observer == .server
    }
  }

  /// ` to-server`; empty for both.
  var suffix: String { self == .both ? "" : " \(rawValue)" }
}

/// How a firewall rejects: a TCP reset, or the code of an ICMP (RFC 792, RFC 1812) or ICMPv6 (RFC 4443) destination
/// unreachable. Names as in nft(8).
public enum Rejection: String, Sendable, Hashable, CaseIterable {
  case tcpReset = "tcp-reset"
  /// ICMP code 0; ICMPv6: no route.
  case netUnreachable = "net-unreachable"
  /// ICMP code 1; ICMPv6: address unreachable.
  case hostUnreachable = "host-unreachable"
  /// ICMP code 2; not in IPv6.
  case protocolUnreachable = "prot-unreachable"
  /// ICMP code 3; ICMPv6: port unreachable.
  case portUnreachable = "port-unreachable"
  /// ICMP code 9; not in IPv6.
  case netProhibited = "net-prohibited"
  /// ICMP code 10; not in IPv6.
  case hostProhibited = "host-prohibited"
  /// ICMP code 13; ICMPv6: administratively prohibited.
  case adminProhibited = "admin-prohibited"

  /// Whether IPv6 has it too.
  public var existsInIPv6: Bool {
    switch self {
    case .tcpReset, .netUnreachable, .hostUnreachable, .portUnreachable, .adminProhibited: true
    case .protocolUnreachable, .netProhibited, .hostProhibited: false
    }
  }
}

/// How the server's process is kept from its work.
public enum SaturationMode: String, Sendable, Hashable, CaseIterable {
  /// The event loop is stuck while a thread spins.
  case busyLoop = "busy-loop"
  /// Hogs run beside the server in its CPU-limited cgroup: it is slow, not dead.
  case starved
  /// The event loop blocks without burning CPU.
  case stall
  /// The worker that serves requests spins, while the I/O thread goes on answering heartbeats. A server without a
  /// separate I/O thread is stuck as in `busy-loop`.
  case worker

  /// Which other measurements it disturbs.
  var disturbance: FaultDisturbance {
    switch self {
    case .busyLoop: .spins(insteadOnVirtualClock: "mode: stall, to the client the same; or --clock real")
    case .worker: .spins(insteadOnVirtualClock: "mode: stall, which blocks the I/O thread too; or --clock real")
    case .starved:
      .spins(
        insteadOnVirtualClock:
          "mode: stall for a server that does not answer, impair with a delay for a slow one; or --clock real")
    case .stall: .nobody
    }
  }
}

/// A host that accepts connections.
public enum ListeningHost: String, Sendable, Hashable, CaseIterable {
  case server, backup

  var host: HostName {
    switch self {
    case .server: .server
    case .backup: .backup
    }
  }
}
