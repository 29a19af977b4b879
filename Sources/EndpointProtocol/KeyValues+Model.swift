import Model

// How the model's values are spelled in commands and events.

extension KeyValueWriter {
  mutating func add(_ watching: Watch) {
    add(watching.settings)
    add("mode", watching.mode.rawValue)
  }

  mutating func add(_ workload: Workload) {
    add("workload", workload.name)
    switch workload {
    case .idle: break
    case .requests(let every, let timeout, let size):
      add("every", every)
      add("request-timeout", timeout)
      add("size", size)
    case .push(let every, let size), .trickle(let every, let size):
      add("every", every)
      add("size", size)
    }
  }

  mutating func add(_ failover: FailoverPolicy) {
    add("failover", failover.target.rawValue)
    add("attempt-timeout", failover.attemptTimeout)
    if case .backoff(let initial, let longest, let jitter) = failover.retry {
      add("backoff", initial)
      add("longest", longest)
      add("jitter", "\(jitter)")
    }
  }
}

extension KeyValueReader {
  mutating func watch() throws(MalformedLine) -> Watch {
    let settings = try settings()
    return Watch(settings: settings, mode: try value("mode", "a mode", DetectorMode.init(rawValue:)))
  }

  mutating func optionalWatch() throws(MalformedLine) -> Watch? {
    has("mechanism") ? try watch() : nil
  }

  mutating func workload() throws(MalformedLine) -> Workload {
    switch try text("workload") {
    case "idle": return .idle
    case "requests":
      return .requests(
        every: try duration("every"), timeout: try duration("request-timeout"), size: try integer("size"))
    case "push": return .push(every: try duration("every"), size: try integer("size"))
    case "trickle": return .trickle(every: try duration("every"), size: try integer("size"))
    case let name: throw MalformedLine(word: "workload=\(name)", expected: "a workload", line: line)
    }
  }

  mutating func optionalFailover() throws(MalformedLine) -> FailoverPolicy? {
    let target = try optionalValue("failover", "a target", FailoverPolicy.Target.init(rawValue:))
    guard let target else { return nil }
    let timeout = try duration("attempt-timeout")
    guard let initial = try optionalDuration("backoff") else {
      return FailoverPolicy(target: target, retry: .immediate, attemptTimeout: timeout)
    }
    return FailoverPolicy(
      target: target,
      retry: .backoff(initial: initial, longest: try duration("longest"), jitter: try number("jitter")),
      attemptTimeout: timeout)
  }

  mutating func activity() throws(MalformedLine) -> ServiceActivity {
    try value("activity", "an activity", ServiceActivity.init(rawValue:))
  }

  mutating func arrivals() throws(MalformedLine) -> ArrivalEstimate? {
    guard optional("learning") != nil else { return nil }
    return ArrivalEstimate(
      mean: try optionalDuration("mean"), deviation: try optionalDuration("deviation"),
      nextArrival: try optionalInstant("next-arrival"), interval: try optionalDuration("interval"))
  }

  mutating func port(_ key: String) throws(MalformedLine) -> UInt16 {
    try value(key, "a port, 0 to 65535") { UInt16($0) }
  }
}
