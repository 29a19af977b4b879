import Model

extension Event {
  /// The event as one line of text, without the newline: `declared at=1234567890 signal=ETIMEDOUT`.
  public var line: String {
    var writer = KeyValueWriter(line: word)
    switch self {
    case .started(let at), .ended(let at): writer.add("at", at)
    case .listening(let at, let port):
      writer.add("at", at)
      writer.add("port", Int(port))
    case .saturated(let before, let after):
      writer.add("before", before)
      writer.add("after", after)
    case .relieved(let before, let after, let cpuTime):
      writer.add("before", before)
      writer.add("after", after)
      writer.add("cpu", cpuTime)
    case .paused(let activity, let before, let after), .resumed(let activity, let before, let after):
      writer.add("activity", activity.rawValue)
      writer.add("before", before)
      writer.add("after", after)
    case .cpuTime(let time, let at):
      writer.add("at", at)
      writer.add("cpu", time)
    case .ready(let at, let localPort, let settings):
      writer.add("at", at)
      writer.add("port", Int(localPort))
      writer.add(settings)
    case .marked(let state):
      writer.add("last-answer", state.lastAnswer)
      writer.add("oldest-request", state.oldestUnansweredRequest)
      writer.add("next-request", state.nextRequest)
      writer.add("next-heartbeat", state.nextHeartbeat)
      writer.add("connecting-since", state.connectingSince)
      if let arrivals = state.arrivals {
        writer.add("learning", 1)
        writer.add("mean", arrivals.mean)
        writer.add("deviation", arrivals.deviation)
        writer.add("next-arrival", arrivals.nextArrival)
        writer.add("interval", arrivals.interval)
      }
    case .declared(let at, let signal), .suspected(let at, let signal):
      writer.add("at", at)
      writer.add("signal", signal.spelled)
    case .learned(let interval, let at):
      writer.add("at", at)
      writer.add("interval", interval)
    case .herd(let declared, let failedOver, let lastFailover, let failedAttempts):
      writer.add("declared", declared)
      writer.add("failed-over", failedOver)
      writer.add("last-failover", lastFailover)
      writer.add("failed-attempts", failedAttempts)
    case .recovered(let at), .failedOver(let at), .trusted(let at): writer.add("at", at)
    case .failoverFailed(let at, let reason):
      writer.add("at", at)
      writer.add("reason", reason)
    case .request(let sentAt, let answeredAt):
      writer.add("sent", sentAt)
      writer.add("answered", answeredAt)
    case .finished(let at, let lag):
      writer.add("at", at)
      writer.add("lag", lag)
    case .failed(let stage, let message):
      writer.add("stage", stage)
      writer.add("message", message)
    }
    return writer.text
  }

  /// The reverse of `line`.
  public init(line: String) throws(MalformedLine) {
    var reader = try KeyValueReader(line: line)
    switch reader.word {
    case "started": self = .started(at: try reader.instant("at"))
    case "listening": self = .listening(at: try reader.instant("at"), port: try reader.port("port"))
    case "saturated": self = .saturated(before: try reader.instant("before"), after: try reader.instant("after"))
    case "relieved":
      self = .relieved(
        before: try reader.instant("before"), after: try reader.instant("after"), cpuTime: try reader.duration("cpu"))
    case "cpu-time": self = .cpuTime(try reader.optionalDuration("cpu"), at: try reader.instant("at"))
    case "ready":
      self = .ready(
        at: try reader.instant("at"), localPort: try reader.port("port"), settings: try reader.settings())
    case "marked":
      self = .marked(
        ApplicationState(
          lastAnswer: try reader.optionalInstant("last-answer"),
          oldestUnansweredRequest: try reader.optionalInstant("oldest-request"),
          nextRequest: try reader.optionalInstant("next-request"),
          nextHeartbeat: try reader.optionalInstant("next-heartbeat"),
          connectingSince: try reader.optionalInstant("connecting-since"), arrivals: try reader.arrivals()))
    case "paused":
      self = .paused(try reader.activity(), before: try reader.instant("before"), after: try reader.instant("after"))
    case "resumed":
      self = .resumed(try reader.activity(), before: try reader.instant("before"), after: try reader.instant("after"))
    case "suspected":
      self = .suspected(
        at: try reader.instant("at"), signal: try reader.value("signal", "a signal", Signal.init(spelled:)))
    case "trusted": self = .trusted(at: try reader.instant("at"))
    case "learned": self = .learned(try reader.duration("interval"), at: try reader.instant("at"))
    case "herd":
      self = .herd(
        declared: try reader.integer("declared"), failedOver: try reader.integer("failed-over"),
        lastFailover: try reader.optionalInstant("last-failover"),
        failedAttempts: try reader.integer("failed-attempts"))
    case "declared":
      self = .declared(
        at: try reader.instant("at"), signal: try reader.value("signal", "a signal", Signal.init(spelled:)))
    case "recovered": self = .recovered(at: try reader.instant("at"))
    case "failed-over": self = .failedOver(at: try reader.instant("at"))
    case "failover-failed":
      self = .failoverFailed(at: try reader.instant("at"), reason: try reader.text("reason"))
    case "request":
      self = .request(sentAt: try reader.instant("sent"), answeredAt: try reader.optionalInstant("answered"))
    case "finished": self = .finished(at: try reader.instant("at"), lag: try reader.duration("lag"))
    case "ended": self = .ended(at: try reader.instant("at"))
    case "failed": self = .failed(stage: try reader.text("stage"), message: try reader.text("message"))
    case let word: throw MalformedLine(word: word, expected: "an event", line: line)
    }
    try reader.end()
  }

  /// The line's first word.
  public var word: String {
    switch self {
    case .started: "started"
    case .listening: "listening"
    case .saturated: "saturated"
    case .relieved: "relieved"
    case .cpuTime: "cpu-time"
    case .ready: "ready"
    case .marked: "marked"
    case .paused: "paused"
    case .resumed: "resumed"
    case .suspected: "suspected"
    case .trusted: "trusted"
    case .learned: "learned"
    case .herd: "herd"
    case .declared: "declared"
    case .recovered: "recovered"
    case .failedOver: "failed-over"
    case .failoverFailed: "failover-failed"
    case .request: "request"
    case .finished: "finished"
    case .failed: "failed"
    case .ended: "ended"
    }
  }
}
