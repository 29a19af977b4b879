import Model

/// Short scenarios for tests: a fault at one second, detectors with settings of seconds.
enum Scenarios {
  static func make(
    _ name: String, _ fault: Fault, _ detectors: [Detector], topology: Topology = Topology(),
    workload: Workload = .idle,
    at: Duration = .seconds(1), heal: Duration? = nil, observe: Duration, trials: Int = 4
  ) -> Scenario {
    var entries = [TimelineEntry(at: at, action: .inject(fault, repetition: nil))]
    if let heal { entries.append(TimelineEntry(at: heal, action: .heal(fault.kind))) }
    return Scenario(
      name: name, topology: topology, workload: workload, detectors: detectors, timeline: Timeline(entries: entries),
      measured: fault.kind, observe: observe, trials: trials)
  }

  static let none = Detector(name: "none", settings: .none)

  static func keepalive(
    _ idle: Int, _ interval: Int, _ probes: Int, userTimeout: Duration? = nil, name: String = "keepalive"
  ) -> Detector {
    Detector(
      name: name,
      settings: .keepalive(
        KeepaliveSettings(idle: .seconds(idle), interval: .seconds(interval), probes: probes, userTimeout: userTimeout))
    )
  }

  static func heartbeat(_ interval: Duration, timeout: Duration) -> Detector {
    Detector(name: "heartbeat", settings: .heartbeat(HeartbeatSettings(interval: interval, timeout: timeout)))
  }

  static func requestTimeout(_ timeout: Duration) -> Detector {
    Detector(name: "request-timeout", settings: .requestTimeout(RequestTimeoutSettings(timeout: timeout)))
  }
}
