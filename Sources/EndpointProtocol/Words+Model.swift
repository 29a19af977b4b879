import Model

// How the model's values are spelled in commands and events.

extension LineWriter {
  mutating func add(_ settings: DetectorSettings) {
    add("mechanism", settings.mechanism.rawValue)
    switch settings {
    case .none: break
    case .keepalive(let keepalive):
      add("idle", keepalive.idle)
      add("interval", keepalive.interval)
      add("probes", keepalive.probes)
      add("user-timeout", keepalive.userTimeout)
    case .heartbeat(let heartbeat):
      add("interval", heartbeat.interval)
      add("timeout", heartbeat.timeout)
    case .requestTimeout(let request):
      add("timeout", request.timeout)
    }
  }

  mutating func add(_ workload: Workload) {
    add("workload", workload.name)
    switch workload {
    case .idle: break
    case .requests(let every, let timeout):
      add("every", every)
      add("request-timeout", timeout)
    }
  }
}

extension LineReader {
  mutating func settings() throws(MalformedLine) -> DetectorSettings {
    switch try value("mechanism", "a mechanism", Mechanism.init(rawValue:)) {
    case .none: return .none
    case .keepalive:
      return .keepalive(
        KeepaliveSettings(
          idle: try duration("idle"), interval: try duration("interval"),
          probes: try value("probes", "a number") { Int($0) },
          userTimeout: try optionalDuration("user-timeout")))
    case .heartbeat:
      return .heartbeat(HeartbeatSettings(interval: try duration("interval"), timeout: try duration("timeout")))
    case .requestTimeout:
      return .requestTimeout(RequestTimeoutSettings(timeout: try duration("timeout")))
    }
  }

  mutating func workload() throws(MalformedLine) -> Workload {
    switch try text("workload") {
    case "idle": return .idle
    case "requests": return .requests(every: try duration("every"), timeout: try duration("request-timeout"))
    case let name: throw MalformedLine(word: "workload=\(name)", expected: "idle or requests", line: line)
    }
  }

  mutating func port(_ key: String) throws(MalformedLine) -> UInt16 {
    try value(key, "a port, 0 to 65535") { UInt16($0) }
  }
}
