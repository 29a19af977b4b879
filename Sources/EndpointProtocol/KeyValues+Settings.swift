import Model

// How a detector's settings are spelled in commands and events.

extension KeyValueWriter {
  mutating func add(_ settings: DetectorSettings) {
    add("mechanism", settings.mechanism.rawValue)
    if let pinging = settings.pinging {
      add("transport", pinging.transport.rawValue)
      add("responder", pinging.responder.rawValue)
      add("depth", pinging.depth.rawValue)
    }
    switch settings {
    case .none, .linkMonitor, .routeMonitor: break
    case .keepalive(let keepalive):
      add("idle", keepalive.idle)
      add("interval", keepalive.interval)
      add("probes", keepalive.probes)
      add("user-timeout", keepalive.userTimeout)
    case .userTimeout(let settings): add("timeout", settings.timeout)
    case .retransmission(let settings):
      add("retries2", settings.retries2)
      add("rto-max", settings.rtoMax)
    case .connect(let settings):
      add("interval", settings.interval)
      add("syn-retries", settings.synRetries)
      add("user-timeout", settings.userTimeout)
      add("timeout", settings.timeout)
    case .heartbeat(let settings):
      add("interval", settings.interval)
      add("timeout", settings.timeout)
    case .requestTimeout(let settings): add("timeout", settings.timeout)
    case .phiAccrual(let settings):
      add("interval", settings.interval)
      add("threshold", "\(settings.threshold)")
      add("window", settings.window)
      add("min-deviation", settings.minDeviation)
    case .chen(let settings):
      add("interval", settings.interval)
      add("margin", settings.margin)
      add("window", settings.window)
    case .adaptive(let settings):
      add("from", settings.from)
      add("to", settings.to)
      add("step", settings.step)
      add("successes", settings.successes)
      add("timeout", settings.timeout)
    case .overload(let settings):
      add("interval", settings.interval)
      add("threshold", "\(settings.threshold)")
      add("samples", settings.samples)
      add("timeout", settings.timeout)
    }
  }
}

extension KeyValueReader {
  mutating func settings() throws(MalformedLine) -> DetectorSettings {
    switch try value("mechanism", "a mechanism", Mechanism.init(rawValue:)) {
    case .none: return .none
    case .linkMonitor: return .linkMonitor
    case .routeMonitor: return .routeMonitor
    case .keepalive:
      return .keepalive(
        KeepaliveSettings(
          idle: try duration("idle"), interval: try duration("interval"), probes: try integer("probes"),
          userTimeout: try optionalDuration("user-timeout")))
    case .userTimeout: return .userTimeout(UserTimeoutSettings(timeout: try duration("timeout")))
    case .retransmission:
      return .retransmission(
        RetransmissionSettings(retries2: try optionalInteger("retries2"), rtoMax: try optionalDuration("rto-max")))
    case .connect:
      return .connect(
        ConnectSettings(
          interval: try duration("interval"), synRetries: try optionalInteger("syn-retries"),
          userTimeout: try optionalDuration("user-timeout"), timeout: try optionalDuration("timeout")))
    case .heartbeat:
      return .heartbeat(
        HeartbeatSettings(
          interval: try duration("interval"), timeout: try duration("timeout"), pinging: try pinging()))
    case .requestTimeout: return .requestTimeout(RequestTimeoutSettings(timeout: try duration("timeout")))
    case .phiAccrual:
      return .phiAccrual(
        PhiAccrualSettings(
          interval: try duration("interval"), threshold: try number("threshold"), window: try integer("window"),
          minDeviation: try duration("min-deviation"), pinging: try pinging()))
    case .chen:
      return .chen(
        ChenSettings(
          interval: try duration("interval"), margin: try duration("margin"), window: try integer("window"),
          pinging: try pinging()))
    case .adaptive:
      return .adaptive(
        AdaptiveSettings(
          from: try duration("from"), to: try duration("to"), step: try duration("step"),
          successes: try integer("successes"), timeout: try duration("timeout"), pinging: try pinging()))
    case .overload:
      return .overload(
        OverloadSettings(
          interval: try duration("interval"), threshold: try number("threshold"), samples: try integer("samples"),
          timeout: try duration("timeout"), pinging: try pinging()))
    }
  }

  private mutating func pinging() throws(MalformedLine) -> Pinging {
    Pinging(
      transport: try value("transport", "a transport", Pinging.Transport.init(rawValue:)),
      responder: try value("responder", "a responder", Pinging.Responder.init(rawValue:)),
      depth: try value("depth", "a depth", Pinging.Depth.init(rawValue:)))
  }
}
