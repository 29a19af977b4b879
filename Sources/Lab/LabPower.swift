import LinuxNetwork
import LinuxSystem
import Model
import Synchronization

extension Lab {
  /// Whether there is a router now: false on the direct path, and while it is without power.
  public var hasRouter: Bool { hasPower(.router) }

  /// Cuts a host's power: its cables lose carrier at once, and its namespace is released with all its kernel state.
  ///
  /// Processes in it go on, without a network, until they are killed.
  /// - Returns: the times before and after the carriers were lost.
  func powerOff(_ host: HostName) throws -> Moment {
    _ = try self.host(host)
    let cables = try cables(of: host).map(\.name)
    let moment = try changePorts { ports in
      for name in ports.keys where cables.contains(name.cable) { ports[name]?.outages += 1 }
    }
    state.withLock { $0.hosts[host] = nil }
    return moment
  }

  /// Reboots a host: new namespace and devices, the same addresses and settings, no former state. Other faults on its
  /// cables stay in force. Call it only on a thread of your own.
  ///
  /// - Returns: the times before and after its cables came back.
  func powerOn(_ host: HostName) throws -> Moment {
    guard !hasPower(host) else { throw LabError("power \(host.rawValue) on", "it has power") }
    try boot(host)
    let cables = try cables(of: host)
    for var cable in cables {
      guard let side = cable.side(of: host) else { continue }
      let end = try addEnd(of: cable.name, side, host: host)
      if side == .near { cable.near = end } else { cable.far = end }
      try lay(cable, fresh: [side])
    }
    let names = cables.map(\.name)
    let moment = try changePorts { ports in
      for name in ports.keys where names.contains(name.cable) { ports[name]?.outages -= 1 }
    }
    try waitUntilOperational()
    return moment
  }
}
