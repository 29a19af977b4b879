/// The kinds of fault, by their names in scenario files.
public enum FaultKind: String, Sendable, Hashable, CaseIterable {
  // Links.
  case cablePull = "cable-pull"
  case interfaceDown = "interface-down"
  case blackhole
  case impair
  // The router.
  case routerRestart = "router-restart"
  case routerCrash = "router-crash"
  case firewallDrop = "firewall-drop"
  case firewallReject = "firewall-reject"
  case natFlush = "nat-flush"
  case natTimeout = "nat-timeout"
  case natRebind = "nat-rebind"
  // The hosts.
  case processKill = "process-kill"
  case processStop = "process-stop"
  case hostCrash = "host-crash"
  case hostReboot = "host-reboot"
  case cpuSaturation = "cpu-saturation"
  case slowReader = "slow-reader"
  case listenOverflow = "listen-overflow"
  case addressChange = "address-change"

  /// Whether it ends by itself: it has a duration of its own, so it cannot be healed, and it may be repeated.
  public var endsByItself: Bool {
    switch self {
    case .routerRestart, .hostReboot: true
    default: false
    }
  }

  /// Whether nothing can mend it: it is an event, not a state.
  public var isForGood: Bool {
    switch self {
    case .routerCrash, .natFlush, .natRebind, .hostCrash: true
    default: false
    }
  }

  /// Whether a `heal` entry may name it.
  public var canBeHealed: Bool { !endsByItself && !isForGood }
}

/// What is broken, with its parameters.
public enum Fault: Sendable, Hashable {
  /// Both ends of the cable lose carrier; the hosts' interfaces stay administratively up and keep their routes.
  case cablePull(cable: CableName)
  /// The host's interface is set down: its carrier goes, and its routes vanish. The heal sets it up and restores them.
  case interfaceDown(host: Observer)
  /// Frames vanish silently on the cable; carrier stays.
  case blackhole(cable: CableName, direction: Direction)
  /// The cable delays, loses, duplicates, reorders, corrupts or throttles frames, instead of what it did before.
  case impair(cable: CableName, direction: Direction, Impairment)
  /// The router loses power, and with it all state; after `downtime` a fresh one comes up.
  case routerRestart(downtime: Duration)
  /// The router loses power and never returns.
  case routerCrash
  /// The router's firewall silently drops what it would forward.
  case firewallDrop(direction: Direction)
  /// The router's firewall rejects what it would forward, and says so to the sender.
  case firewallReject(with: Rejection)
  /// The router forgets all connections. `loose` (nf_conntrack_tcp_loose): it adopts a connection midway, so that the
  /// next segment restores the state; otherwise such segments are invalid, and dropped.
  case natFlush(loose: Bool)
  /// The router forgets a connection over which nothing has passed for `after`, and drops what comes then.
  case natTimeout(after: Duration)
  /// The router maps the connection to another source port.
  case natRebind
  /// SIGKILL: the host's kernel closes the process's connections. The heal starts a new process.
  case processKill(host: Observer)
  /// SIGSTOP; the heal is SIGCONT.
  case processStop(host: Observer)
  /// The host loses power: silence, for good.
  case hostCrash(host: Observer)
  /// The host loses power, and returns after `downtime` with a new process and without its connections.
  case hostReboot(host: Observer, downtime: Duration)
  /// The server's process answers late or nobody, while its kernel goes on acknowledging.
  case cpuSaturation(mode: SaturationMode)
  /// The server stops reading its connections: their receive windows close, while its kernel goes on acknowledging.
  case slowReader
  /// The host's accept queue is full: established connections are fine, new ones are not accepted.
  case listenOverflow(host: ListeningHost)
  /// The client's address is replaced by another one of the same subnet. The heal restores the first.
  case addressChange

  public var kind: FaultKind {
    switch self {
    case .cablePull: .cablePull
    case .interfaceDown: .interfaceDown
    case .blackhole: .blackhole
    case .impair: .impair
    case .routerRestart: .routerRestart
    case .routerCrash: .routerCrash
    case .firewallDrop: .firewallDrop
    case .firewallReject: .firewallReject
    case .natFlush: .natFlush
    case .natTimeout: .natTimeout
    case .natRebind: .natRebind
    case .processKill: .processKill
    case .processStop: .processStop
    case .hostCrash: .hostCrash
    case .hostReboot: .hostReboot
    case .cpuSaturation: .cpuSaturation
    case .slowReader: .slowReader
    case .listenOverflow: .listenOverflow
    case .addressChange: .addressChange
    }
  }

  /// The CSV's `fault_target` column: the cable or host that is broken, and how where there are several ways.
  public var target: String {
    switch self {
    case .cablePull(let cable): cable.rawValue
    case .interfaceDown(let host), .processKill(let host), .processStop(let host), .hostCrash(let host),
      .hostReboot(let host, _):
      host.rawValue
    case .blackhole(let cable, let direction): cable.rawValue + direction.suffix
    case .impair(let cable, let direction, let impairment): "\(cable.rawValue)\(direction.suffix) \(impairment.spelled)"
    case .routerRestart, .routerCrash, .natRebind: HostName.router.rawValue
    case .firewallDrop(let direction): HostName.router.rawValue + direction.suffix
    case .firewallReject(let rejection): "\(HostName.router.rawValue) with=\(rejection.rawValue)"
    case .natFlush(let loose): "\(HostName.router.rawValue) loose=\(loose)"
    case .natTimeout(let after): "\(HostName.router.rawValue) after=\(after.spelled)"
    case .cpuSaturation(let mode): "\(HostName.server.rawValue) mode=\(mode.rawValue)"
    case .slowReader: HostName.server.rawValue
    case .listenOverflow(let host): host.rawValue
    case .addressChange: HostName.client.rawValue
    }
  }

  /// How long the fault lasts by itself; nil if only a `heal` ends it, or nothing.
  public var ownDuration: Duration? {
    switch self {
    case .routerRestart(let downtime), .hostReboot(_, let downtime): downtime
    default: nil
    }
  }
}

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
  fileprivate var suffix: String { self == .both ? "" : " \(rawValue)" }
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
  /// Hogs beside the server in its CPU-limited cgroup: slow, not dead.
  case starved
  /// The event loop blocks without burning CPU.
  case stall
  /// The worker that serves requests spins, while the I/O thread goes on answering heartbeats. A server without an I/O
  /// thread of its own is stuck as in `busy-loop`.
  case worker

  /// Whether something burns CPU while it lasts.
  public var spins: Bool { self != .stall }
}

/// A host that accepts connections.
public enum ListeningHost: String, Sendable, Hashable, CaseIterable {
  case server, backup
}
