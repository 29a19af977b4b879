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
}

/// A fault with its parameters.
public enum Fault: Sendable, Hashable {
  /// Both ends of the cable lose carrier; the hosts' interfaces stay administratively up and keep their routes.
  case cablePull(cable: CableName)
  /// The host's interface is set down: its carrier is lost, and its routes vanish. The heal sets it up and restores
  /// them.
  case interfaceDown(host: Observer)
  /// Frames vanish silently on the cable; carrier stays.
  case blackhole(cable: CableName, direction: Direction)
  /// The cable delays, loses, duplicates, reorders, corrupts or throttles frames, replacing its former impairment.
  case impair(cable: CableName, direction: Direction, Impairment)
  /// The router loses power and all its state; after `downtime` a new one comes up.
  case routerRestart(downtime: Duration)
  /// The router loses power and never returns.
  case routerCrash
  /// The router's firewall silently drops packets that it should forward.
  case firewallDrop(direction: Direction)
  /// The router's firewall rejects packets that it should forward, and notifies the sender.
  case firewallReject(with: Rejection)
  /// The router forgets all connections. `loose` (nf_conntrack_tcp_loose): it adopts an established connection, so that
  /// the next segment restores the state; otherwise such segments are invalid, and dropped.
  case natFlush(loose: Bool)
  /// The router forgets a connection after the time `after` without traffic, and drops its later segments.
  case natTimeout(after: Duration)
  /// The router maps the connection to another source port.
  case natRebind
  /// SIGKILL: the host's kernel closes the process's connections. The heal starts a new process.
  case processKill(host: Observer)
  /// SIGSTOP; the heal is SIGCONT.
  case processStop(host: Observer)
  /// The host loses power and never returns.
  case hostCrash(host: Observer)
  /// The host loses power, and returns after `downtime` with a new process and without its connections.
  case hostReboot(host: Observer, downtime: Duration)
  /// The server's process answers late or not at all, while its kernel goes on acknowledging.
  case cpuSaturation(mode: SaturationMode)
  /// The server stops reading its connections: their receive windows close, while its kernel goes on acknowledging.
  case slowReader
  /// The host's accept queue is full: established connections are not affected, new ones are not accepted.
  case listenOverflow(host: ListeningHost)
  /// The client's address is replaced by another one of the same subnet. The heal restores the former address.
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
}

extension FaultKind {
  /// What all faults of this kind have in common.
  public var nature: FaultNature {
    switch self {
    case .cablePull: FaultNature(ends: .byHeal, needs: .anyPath, breaksForSure: true)
    case .interfaceDown: FaultNature(ends: .byHeal, needs: .anyPath, breaksForSure: true)
    case .blackhole: FaultNature(ends: .byHeal, needs: .anyPath, breaksForSure: true)
    case .impair: FaultNature(ends: .byHeal, needs: .anyPath, breaksForSure: false, isAdjustable: true)
    case .routerRestart: FaultNature(ends: .byItself, needs: .router, breaksForSure: true)
    case .routerCrash: FaultNature(ends: .never, needs: .router, breaksForSure: true)
    case .firewallDrop: FaultNature(ends: .byHeal, needs: .router, breaksForSure: true)
    case .firewallReject: FaultNature(ends: .byHeal, needs: .router, breaksForSure: true)
    case .natFlush: FaultNature(ends: .never, needs: .nat, breaksForSure: false)
    case .natTimeout: FaultNature(ends: .byHeal, needs: .nat, breaksForSure: false)
    case .natRebind: FaultNature(ends: .never, needs: .nat, breaksForSure: false)
    case .processKill: FaultNature(ends: .byHeal, needs: .anyPath, breaksForSure: true)
    case .processStop: FaultNature(ends: .byHeal, needs: .anyPath, breaksForSure: true)
    case .hostCrash: FaultNature(ends: .never, needs: .anyPath, breaksForSure: true)
    case .hostReboot: FaultNature(ends: .byItself, needs: .anyPath, breaksForSure: true)
    // The witness's keepalive probes, which prove it, are a second apart.
    case .cpuSaturation:
      FaultNature(ends: .byHeal, needs: .anyPath, breaksForSure: false, provableAfter: .milliseconds(1500))
    case .slowReader: FaultNature(ends: .byHeal, needs: .anyPath, breaksForSure: true, pauses: .reading)
    case .listenOverflow: FaultNature(ends: .byHeal, needs: .anyPath, breaksForSure: false, pauses: .accepting)
    case .addressChange: FaultNature(ends: .byHeal, needs: .anyPath, breaksForSure: true)
    }
  }
}

extension Fault {
  /// Everything that the rest of the program must know about it. The lab defines its effect on a connection, and its
  /// implementation.
  public var traits: FaultTraits {
    switch self {
    case .cablePull(let cable):
      FaultTraits(
        place: cable.rawValue, parameters: [FaultParameter("cable", cable.rawValue)], hashedBy: .parameters,
        reach: .nothing, silences: nil, disturbs: .nobody, requires: [])
    case .interfaceDown(let host):
      FaultTraits(
        place: host.rawValue, parameters: [FaultParameter("host", host.rawValue)], hashedBy: .target,
        reach: FaultReach(machine: host.host, interface: host.host), silences: nil, disturbs: .nobody, requires: [])
    case .blackhole(let cable, let direction):
      FaultTraits(
        place: cable.rawValue + direction.suffix,
        parameters: [FaultParameter("cable", cable.rawValue), FaultParameter("direction", direction.rawValue)],
        hashedBy: .parameters, reach: .nothing, silences: nil, disturbs: .nobody, requires: [.blackhole])
    case .impair(let cable, let direction, let impairment):
      FaultTraits(
        place: cable.rawValue + direction.suffix, details: impairment.spelled,
        parameters: [FaultParameter("cable", cable.rawValue), FaultParameter("direction", direction.rawValue)]
          + impairment.parameters, hashedBy: .parameters, reach: .nothing, silences: nil, disturbs: .nobody,
        requires: impairment.requires)
    case .routerRestart(let downtime):
      FaultTraits(
        place: HostName.router.rawValue, parameters: [FaultParameter("downtime", downtime.spelled)],
        hashedBy: .parameters, downtime: downtime, reach: .power(of: .router), silences: nil, disturbs: .rebuilds,
        requires: [])
    case .routerCrash:
      FaultTraits(
        place: HostName.router.rawValue, parameters: [], hashedBy: .target, reach: .power(of: .router), silences: nil,
        disturbs: .rebuilds, requires: [])
    case .firewallDrop(let direction):
      FaultTraits(
        place: HostName.router.rawValue + direction.suffix,
        parameters: [FaultParameter("direction", direction.rawValue)], hashedBy: .target,
        reach: FaultReach(machine: .router), silences: nil, disturbs: .nobody, requires: [.nftables])
    case .firewallReject(let rejection):
      FaultTraits(
        place: HostName.router.rawValue, details: "with=\(rejection.rawValue)",
        parameters: [FaultParameter("with", rejection.rawValue)], hashedBy: .target,
        reach: FaultReach(machine: .router), silences: nil, disturbs: .nobody, requires: [.nftables, .reject])
    case .natFlush(let loose):
      FaultTraits(
        place: HostName.router.rawValue, details: "loose=\(loose)", parameters: [FaultParameter("loose", "\(loose)")],
        hashedBy: .target, reach: FaultReach(machine: .router, lasts: false), silences: nil, disturbs: .nobody,
        requires: [.nftables, .conntrack])
    case .natTimeout(let after):
      FaultTraits(
        place: HostName.router.rawValue, details: "after=\(after.spelled)",
        parameters: [FaultParameter("after", after.spelled)], hashedBy: .target, reach: FaultReach(machine: .router),
        silences: nil, disturbs: .nobody, requires: [.nftables, .conntrack])
    case .natRebind:
      FaultTraits(
        place: HostName.router.rawValue, parameters: [], hashedBy: .target,
        reach: FaultReach(machine: .router, lasts: false), silences: nil, disturbs: .nobody,
        requires: [.nftables, .conntrack])
    case .processKill(let host):
      FaultTraits(
        place: host.rawValue, parameters: [FaultParameter("host", host.rawValue)], hashedBy: .target,
        reach: .process(of: host.host), silences: Silenced(host, .forGood), disturbs: .nobody, requires: [])
    case .processStop(let host):
      FaultTraits(
        place: host.rawValue, parameters: [FaultParameter("host", host.rawValue)], hashedBy: .target,
        reach: .process(of: host.host), silences: Silenced(host, .whileInForce), disturbs: .nobody, requires: [])
    case .hostCrash(let host):
      FaultTraits(
        place: host.rawValue, parameters: [FaultParameter("host", host.rawValue)], hashedBy: .target,
        reach: .everything(of: host.host), silences: Silenced(host, .forGood), disturbs: .rebuilds, requires: [])
    case .hostReboot(let host, let downtime):
      FaultTraits(
        place: host.rawValue,
        parameters: [FaultParameter("host", host.rawValue), FaultParameter("downtime", downtime.spelled)],
        hashedBy: .parameters, downtime: downtime, reach: .everything(of: host.host),
        silences: Silenced(host, .forGood), disturbs: .rebuilds, requires: [])
    case .cpuSaturation(let mode):
      FaultTraits(
        place: HostName.server.rawValue, details: "mode=\(mode.rawValue)",
        parameters: [FaultParameter("mode", mode.rawValue)], hashedBy: .parameters, reach: .process(of: .server),
        silences: Silenced(.server, .whileInForce), disturbs: mode.disturbance,
        requires: mode == .starved ? [.cpuCgroup] : [])
    case .slowReader:
      FaultTraits(
        place: HostName.server.rawValue, parameters: [], hashedBy: .target, reach: .process(of: .server),
        silences: Silenced(.server, .whileInForce), disturbs: .nobody, requires: [])
    case .listenOverflow(let host):
      FaultTraits(
        place: host.rawValue, parameters: [FaultParameter("host", host.rawValue)], hashedBy: .target,
        reach: .process(of: host.host), silences: nil, disturbs: .nobody, requires: [])
    case .addressChange:
      FaultTraits(
        place: HostName.client.rawValue, parameters: [], hashedBy: .target,
        reach: FaultReach(machine: .client, interface: .client), silences: nil, disturbs: .nobody, requires: [])
    }
  }
}
