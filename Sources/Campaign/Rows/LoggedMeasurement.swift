import EndpointProtocol
import Lab
import Model

/// A measurement's plan and what was seen of it so far: views of its log, without I/O or a clock.
struct LoggedMeasurement: Sendable {
  let planned: PlannedMeasurement
  private(set) var log: MeasurementLog
  /// The steps of the planned timeline, repetitions unrolled.
  let steps: [TimelineStep]

  init(_ planned: PlannedMeasurement, _ log: MeasurementLog = MeasurementLog()) {
    self.planned = planned
    self.log = log
    steps = planned.scenario.timeline.steps
  }

  mutating func append(_ content: LogEntry.Content) { log.append(content) }

  // MARK: - What is planned

  var watches: Bool { planned.detector.mode == .watch }

  var failover: FailoverPolicy? { planned.observer == .client ? planned.scenario.failover : nil }

  // MARK: - The endpoints' events

  /// One side's events, in order.
  func events(of side: Observer) -> some Sequence<Event> {
    log.entries.lazy.compactMap { entry in
      if case .told(side, let event) = entry.content { event } else { nil }
    }
  }

  /// The observer's events, in order.
  var events: some Sequence<Event> { events(of: planned.observer) }

  /// When the measurement began; nil if it never did.
  var begin: Instant? { first { if case .began(let at) = $0.content { at } else { nil } } }

  /// The end of the observation; nil if it was not reached.
  var observedUntil: Instant? { first { if case .observationEnded(let at) = $0.content { at } else { nil } } }

  /// Whether something was seen by the end of the observation: an event that was reported in time may have been read
  /// late.
  private func isInTime(_ instant: Instant) -> Bool { observedUntil.map { instant <= $0 } ?? true }

  /// The first verdict that was reported in time.
  var declared: Verdict? {
    for case .declared(let at, let signal) in events where isInTime(at) { return Verdict(at: at, signal: signal) }
    return nil
  }

  /// The first round trip after the heal that the client saw in time, whichever side observes.
  var recoveredAt: Instant? {
    for case .recovered(let at) in events(of: .client) where isInTime(at) { return at }
    return nil
  }

  /// When the client's first request on the connection that its failover opened was answered.
  var failedOverAt: Instant? {
    for case .failedOver(let at) in events(of: .client) { return at }
    return nil
  }

  /// The worst lateness of the observer's loop.
  var lag: Duration? {
    for case .finished(_, let lag) in events { return lag }
    return nil
  }

  /// The detector's settings as the kernel took them; as planned if it did not report them.
  var settings: DetectorSettings {
    for case .ready(_, _, let settings) in events { return settings }
    return planned.detector.settings
  }

  /// The client's port of the connection under test, which a learning heartbeat reopens occasionally.
  var clientPort: UInt16? {
    var last: UInt16?
    for case .ready(_, let port, _) in events(of: .client) { last = port }
    return last
  }

  /// Whether there is nothing more to wait for. A watching detector, and a herd, are observed to the end of the window;
  /// one that has declared its peer dead, until its failover is over.
  var isDecided: Bool {
    if planned.scenario.clients > 1 { return false }
    if declared != nil { return failover == nil || failedOverAt != nil }
    // A detector that does not judge by the connection may still reach a verdict after the connection has recovered.
    return recoveredAt != nil && !watches && !planned.detector.settings.traits.judgesBesideConnection
  }

  // MARK: - What the runner did and saw

  var faults: FaultHistory { FaultHistory(log, planned, steps: steps) }

  var proofs: [Proof] { all { if case .proved(let proof) = $0.content { proof } else { nil } } }

  var notes: [String] { all { if case .noted(let text) = $0.content { text } else { nil } } }

  var failure: String? { first { if case .failed(let text) = $0.content { text } else { nil } } }

  func sample(_ point: SamplePoint) -> ConnectionSample? {
    first { if case .sampled(let sample, point) = $0.content { sample } else { nil } }
  }

  /// What the faults' proofs saw, for the log.
  var evidence: String { proofs.map { "\($0.verdict.rawValue): \($0.evidence)" }.joined(separator: "; ") }

  private func first<Value>(_ match: (LogEntry) -> Value?) -> Value? {
    for entry in log.entries { if let value = match(entry) { return value } }
    return nil
  }

  private func all<Value>(_ match: (LogEntry) -> Value?) -> [Value] { log.entries.compactMap(match) }
}

/// The peer declared dead.
struct Verdict: Sendable, Hashable {
  let at: Instant
  let signal: Signal
}
