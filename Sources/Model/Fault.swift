/// The kinds of fault, by their names in scenario files.
public enum FaultKind: String, Sendable, Hashable, CaseIterable {
  case cablePull = "cable-pull"
  case blackhole
  case routerRestart = "router-restart"
  case cpuSaturation = "cpu-saturation"
}

/// What is broken, with its parameters.
public enum Fault: Sendable, Hashable {
  /// Both ends of the cable lose carrier; the hosts' interfaces stay administratively up and keep their routes.
  case cablePull(cable: CableName)
  /// Frames vanish silently on the cable; carrier stays.
  case blackhole(cable: CableName, direction: BlackholeDirection)
  /// The router loses power, and with it all state; after `downtime` a fresh one comes up.
  case routerRestart(downtime: Duration)
  /// The server's process burns CPU and answers nobody, while its kernel goes on acknowledging.
  case cpuSaturation(mode: SaturationMode)

  public var kind: FaultKind {
    switch self {
    case .cablePull: .cablePull
    case .blackhole: .blackhole
    case .routerRestart: .routerRestart
    case .cpuSaturation: .cpuSaturation
    }
  }

  /// The CSV's `fault_target` column: the cable or host that is broken.
  public var target: String {
    switch self {
    case .cablePull(let cable): cable.rawValue
    case .blackhole(let cable, let direction):
      direction == .both ? cable.rawValue : "\(cable.rawValue) \(direction.rawValue)"
    case .routerRestart: HostName.router.rawValue
    case .cpuSaturation: HostName.server.rawValue
    }
  }

  /// How long the fault lasts by itself; nil if only a `heal` ends it.
  public var ownDuration: Duration? {
    if case .routerRestart(let downtime) = self { downtime } else { nil }
  }
}

/// Which frames a blackhole swallows.
public enum BlackholeDirection: String, Sendable, Hashable, CaseIterable {
  case both
  case toServer = "to-server"
  case toClient = "to-client"
}

/// How the server's CPU is saturated.
public enum SaturationMode: String, Sendable, Hashable, CaseIterable {
  /// The event loop is stuck while a thread spins.
  case busyLoop = "busy-loop"
}
