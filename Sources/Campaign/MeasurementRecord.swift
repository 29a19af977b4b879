import Detectors
import EndpointProtocol
import Lab
import LinuxNetwork
import LinuxSystem
import Model

/// What a measurement has seen so far, and the row that it makes of it.
struct MeasurementRecord: Sendable {
  let prepared: PreparedMeasurement
  let begin: Instant
  let startedAt = Clocks.realtimeNanoseconds()
  var t0: Moment?
  var healedAt: Instant?
  var declared: (at: Instant, signal: Signal)?
  var recoveredAt: Instant?
  var failedOverAt: Instant?
  var observedUntil: Instant?
  /// When the healthy traffic began to be counted.
  var trafficStart: ConnectionSample?
  var atFault: ConnectionSample?
  var lag: Duration?
  /// Everything that the client said.
  var events: [Event] = []
  /// What the row's reader should know, where no outcome says it.
  var notes: [String] = []
  /// What ended the measurement before its outcome could be known.
  var failure: (any Error)?
  private var spans: [FaultSpan] = []
  private var proofs: [Proof] = []

  /// One injection of a fault, and its heal if it had one.
  struct FaultSpan: Sendable {
    let fault: Fault
    let backend: String
    let start: Moment
    var end: Moment?
  }

  init(prepared: PreparedMeasurement, begin: Instant) {
    self.prepared = prepared
    self.begin = begin
  }

  var isDecided: Bool { declared != nil || recoveredAt != nil }

  // MARK: - Faults

  mutating func injected(_ fault: Fault, at moment: Moment, backend: String) {
    spans.append(FaultSpan(fault: fault, backend: backend, start: moment))
  }

  mutating func healed(_ fault: Fault, at moment: Moment) {
    guard let index = spans.lastIndex(where: { $0.fault == fault && $0.end == nil }) else { return }
    spans[index].end = moment
  }

  mutating func proven(_ proof: Proof) {
    proofs.append(proof)
  }

  var evidence: String { proofs.map { "\($0.verdict.rawValue): \($0.evidence)" }.joined(separator: "; ") }

  /// The fault of this kind that is in force.
  func lasting(_ kind: FaultKind) -> Fault? {
    lastingSpans.last { $0.fault.kind == kind }?.fault
  }

  var lastingSpans: [FaultSpan] { spans.filter { $0.end == nil } }

  private func effects(since t0: Instant) -> [EffectSpan] {
    prepared.planned.scenario.effects(
      carriedOut: spans.map { span in
        CarriedOut(start: span.start.midpoint - t0, end: span.end.map { $0.midpoint - t0 })
      })
  }

  // MARK: - The row

  func observation() -> Observation {
    let planned = prepared.planned
    let scenario = planned.scenario
    var row = Observation.blank(for: planned, prepared.context, startedAt: startedAt)
    row.settings = prepared.settings.spelled
    let effects = t0.map { self.effects(since: $0.midpoint) } ?? []
    let (outcome, reason) = judged(effects)
    row.outcome = outcome
    row.reason = ([reason] + notes).compactMap { $0 }.joined(separator: "; ").nonEmpty
    row.signal = declared?.signal
    row.mistakes = outcome == .falseAlarm ? 1 : 0
    row.lag = lag
    describeFault(in: &row)
    guard let t0 = t0?.midpoint else {
      // Healthy up to the false alarm.
      row.healthy = declared.flatMap { declared in trafficStart.map { declared.at - $0.at } }
      return row
    }

    row.detection = declared.flatMap { $0.at >= t0 ? $0.at - t0 : nil }
    row.observed = (declared?.at ?? recoveredAt ?? observedUntil).map { $0 - t0 }
    row.lastHeard = lastHeard(at: t0)
    row.recovery = healedAt.flatMap { healed in recoveredAt.map { $0 - healed } }
    row.failover = failedOverAt.map { $0 - t0 }
    if case .requests = scenario.workload { count(requestsSentAfter: t0, in: &row) }
    if let trafficStart, let atFault {
      row.healthy = t0 - trafficStart.at
      let traffic = Traffic(
        from: trafficStart.socket.tcp, to: atFault.socket.tcp,
        networkHeader: prepared.lab.serviceAddress(of: .server).headerSize)
      row.healthySegmentsOut = traffic.segmentsOut
      row.healthySegmentsIn = traffic.segmentsIn
      row.healthyWireBytesOut = traffic.wireBytesOut
      row.healthyWireBytesIn = traffic.wireBytesIn
    }
    predict(effects, at: t0, in: &row)
    return row
  }

  private func judged(_ effects: [EffectSpan]) -> (Outcome, reason: String?) {
    if let failure { return (.error, "\(failure)") }
    let topology = prepared.planned.scenario.topology
    if t0 == nil, declared != nil, spans.contains(where: { $0.fault.effect(in: topology) != .none }) {
      let names = spans.map(\.fault.kind.rawValue).joined(separator: ", ")
      return (.error, "declared dead by an earlier fault than the measured one: \(names)")
    }
    let judgement = Judgement(
      of: History(
        t0: t0?.midpoint, effects: effects, healedAt: healedAt, declaredAt: declared?.at, recoveredAt: recoveredAt))
    return (judgement.outcome, judgement.reason)
  }

  private func describeFault(in row: inout Observation) {
    guard let t0 else { return }
    row.faultAt = t0.midpoint - begin
    row.faultUncertainty = t0.uncertainty
    row.healAt = healedAt.map { $0 - begin }
    let share = proofs.compactMap(\.cpuShare).last.map { " cpu=\(($0 * 1000).rounded() / 1000)" } ?? ""
    row.faultBackend = Set(spans.map(\.backend)).sorted().joined(separator: "+") + share
    let worst = proofs.max { $0.verdict < $1.verdict }
    row.faultVerdict = worst?.verdict ?? .inconclusive
    if let worst, worst.verdict != .confirmed {
      row.reason = [row.reason, worst.evidence].compactMap { $0 }.joined(separator: "; ")
    }
  }

  private func count(requestsSentAfter t0: Instant, in row: inout Observation) {
    let answers = events.compactMap { event -> Bool? in
      if case .request(let sentAt, let answeredAt) = event, sentAt >= t0 { answeredAt != nil } else { nil }
    }
    row.requestsSent = answers.count
    row.requestsLost = answers.count { !$0 }
  }

  /// What the application knew at t0.
  private var application: ApplicationState? {
    events.lazy.compactMap { if case .marked(let state) = $0 { state } else { nil } }.first
  }

  /// The age at t0 of the last answer, for mechanisms that wait for answers; of the last segment, for the kernel's.
  private func lastHeard(at t0: Instant) -> Duration? {
    switch prepared.settings {
    case .heartbeat, .requestTimeout: application?.lastAnswer.map { t0 - $0 }
    case .none, .keepalive: atFault.map { max(.zero, $0.state.lastReceivedAge - ($0.at - t0)) }
    }
  }

  private func predict(_ effects: [EffectSpan], at t0: Instant, in row: inout Observation) {
    guard let atFault, var application, let effectiveBy = self.t0?.after else { return }
    // On a busy machine a request that was due before t0 is sent after it: what was sent counts, not what was due.
    let sent = events.compactMap { if case .request(let sentAt, _) = $0, sentAt >= t0 { sentAt } else { nil } }.min()
    if let sent, let due = application.nextRequest { application.nextRequest = min(sent, due) }
    let kernel = prepared.context.kernel.timers
    let workload = prepared.planned.scenario.workload
    let predictions = application.possibilities(
      from: t0, until: effectiveBy, lag: (lag ?? .zero) + .milliseconds(1), prepared.settings, workload
    ).map {
      prepared.settings.prediction(
        of: effects, workload: workload, connection: atFault.state, application: $0, t0: t0, kernel: kernel)
    }
    let prediction = predictions.dropFirst().reduce(predictions[0]) { $0.joined(with: $1) }
    if case .range(let min, let max) = prediction {
      row.predictedMin = min
      row.predictedMax = max
    }
    row.withinPrediction = prediction.agrees(detection: row.detection, observed: row.observed, kernel: kernel)
  }
}

extension String {
  fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
