import Model

/// What a fault takes hold of, to tell which faults cannot be in force together.
struct FaultReach: Equatable {
  /// The machine whose state it changes.
  var machine: HostName?
  /// The machine that it takes the power from.
  var power: HostName?
  /// The machine whose process it changes.
  var process: HostName?
  /// The machine whose interface it changes.
  var interface: HostName?
  /// Whether it goes on after its injection; what is over at once disturbs nothing later.
  var lasts = true

  /// What both have hold of, in words; nil if they do not disturb each other.
  ///
  /// A machine without power has no state to change, and loses it; a process that is stuck, stopped or gone does nothing
  /// else that it is told.
  func conflict(with earlier: FaultReach) -> String? {
    guard earlier.lasts else { return nil }
    for powerless in [power, earlier.power] {
      if let powerless, machine == powerless, earlier.machine == powerless { return "the \(powerless.rawValue)" }
    }
    if let process, process == earlier.process { return "the \(process.rawValue)'s process" }
    if let interface, interface == earlier.interface { return "the \(interface.rawValue)'s interface" }
    return nil
  }
}

extension Fault {
  var reach: FaultReach {
    switch self {
    // Cables and their ports belong to no machine.
    case .cablePull, .blackhole, .impair: FaultReach()
    case .routerRestart, .routerCrash: FaultReach(machine: .router, power: .router)
    case .firewallDrop, .firewallReject, .natTimeout: FaultReach(machine: .router)
    case .natFlush, .natRebind: FaultReach(machine: .router, lasts: false)
    case .interfaceDown(let host): FaultReach(machine: HostName(host), interface: HostName(host))
    case .addressChange: FaultReach(machine: .client, interface: .client)
    case .hostCrash(let host), .hostReboot(let host, _):
      FaultReach(machine: HostName(host), power: HostName(host), process: HostName(host))
    case .processKill(let host), .processStop(let host):
      FaultReach(machine: HostName(host), process: HostName(host))
    case .cpuSaturation, .slowReader: FaultReach(machine: .server, process: .server)
    case .listenOverflow(let host):
      FaultReach(machine: host == .server ? .server : .backup, process: host == .server ? .server : .backup)
    }
  }
}

extension HostName {
  fileprivate init(_ side: Observer) {
    self = side == .client ? .client : .server
  }
}
