import Model

extension Event {
  /// The event as one line of text, without the newline: `declared at=1234567890 signal=ETIMEDOUT`.
  public var line: String {
    var writer = LineWriter(word)
    switch self {
    case .started(let at): writer.add("at", at)
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
    case .declared(let at, let signal):
      writer.add("at", at)
      writer.add("signal", signal.spelled)
    case .recovered(let at), .failedOver(let at): writer.add("at", at)
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
    return writer.line
  }

  /// The reverse of `line`.
  public init(line: String) throws(MalformedLine) {
    var reader = try LineReader(line)
    switch reader.word {
    case "started": self = .started(at: try reader.instant("at"))
    case "listening": self = .listening(at: try reader.instant("at"), port: try reader.port("port"))
    case "saturated": self = .saturated(before: try reader.instant("before"), after: try reader.instant("after"))
    case "relieved":
      self = .relieved(
        before: try reader.instant("before"), after: try reader.instant("after"), cpuTime: try reader.duration("cpu"))
    case "cpu-time": self = .cpuTime(try reader.duration("cpu"), at: try reader.instant("at"))
    case "ready":
      self = .ready(
        at: try reader.instant("at"), localPort: try reader.port("port"), settings: try reader.settings())
    case "marked":
      self = .marked(
        ApplicationState(
          lastAnswer: try reader.optionalInstant("last-answer"),
          oldestUnansweredRequest: try reader.optionalInstant("oldest-request"),
          nextRequest: try reader.optionalInstant("next-request"),
          nextHeartbeat: try reader.optionalInstant("next-heartbeat")))
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
    case .declared: "declared"
    case .recovered: "recovered"
    case .failedOver: "failed-over"
    case .failoverFailed: "failover-failed"
    case .request: "request"
    case .finished: "finished"
    case .failed: "failed"
    }
  }
}
