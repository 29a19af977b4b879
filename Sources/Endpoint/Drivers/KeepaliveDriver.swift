import LinuxSystem
import Model

/// TCP keepalive: the kernel probes, and reports ETIMEDOUT (or what the network said) itself.
struct KeepaliveDriver: DetectorDriver {
  let settings: KeepaliveSettings

  func prepare(_ socket: borrowing OwnedDescriptor) throws(EndpointError) {
    let idle = try whole(settings.idle, in: .seconds(1), name: "keepalive's idle")
    let interval = try whole(settings.interval, in: .seconds(1), name: "keepalive's interval")
    let userTimeout = try settings.userTimeout.map { (timeout) throws(EndpointError) in
      try whole(timeout, in: .milliseconds(1), name: "keepalive's user timeout")
    }
    try during("open", .unsupported) { () throws(SystemError) in
      // The times are set first: SO_KEEPALIVE on a connected socket would arm the timer with the default of two hours.
      try socket.setOption(.keepIdle, to: idle)
      try socket.setOption(.keepInterval, to: interval)
      try socket.setOption(.keepCount, to: settings.probes)
      if let userTimeout { try socket.setOption(.userTimeout, to: userTimeout) }
      try socket.setOption(.keepAlive, to: 1)
    }
  }

  /// If keepalive turns out to be off, the settings are `none`.
  func readBack(from socket: borrowing OwnedDescriptor) throws(SystemError) -> DetectorSettings {
    guard try socket.option(.keepAlive) != 0 else { return .none }
    let userTimeout = try socket.option(.userTimeout)
    return .keepalive(
      KeepaliveSettings(
        idle: .seconds(try socket.option(.keepIdle)), interval: .seconds(try socket.option(.keepInterval)),
        probes: try socket.option(.keepCount), userTimeout: userTimeout == 0 ? nil : .milliseconds(userTimeout)))
  }
}
