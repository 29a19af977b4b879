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
  /// Everything that the observer said.
  private(set) var events: [Event] = []
  /// Everything that the client said.
  private(set) var clientEvents: [Event] = []
  /// What the row's reader should know, where no outcome says it.
  var notes: [String] = []
  /// What ended the measurement before its outcome could be known.
  var failure: (any Error)?
  private(set) var spans: [FaultSpan] = []
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

  var watches: Bool { prepared.planned.detector.mode == .watch }
  var failover: FailoverPolicy? {
    prepared.planned.observer == .client ? prepared.planned.scenario.failover : nil
  }

  /// Whether nothing more is to be waited for. A watching detector, and a herd, are observed to the end of the window;
  /// one that has declared its peer dead, until its failover is over.
  var isDecided: Bool {
    if prepared.planned.scenario.clients > 1 { return false }
    if declared != nil { return failover == nil || failedOverAt != nil }
    // A detector that judges beside the connection may still be on its way to a verdict when that has recovered.
    return recoveredAt != nil && !watches && !prepared.planned.detector.settings.judgesBesideTheConnection
  }

  mutating func read(observer: [Event], client: [Event]) {
    events = observer
    clientEvents = client
    // What was told in time may have been read late.
    guard let observedUntil else { return }
    for event in observer {
      if case .declared(let at, let signal) = event, declared == nil, at <= observedUntil { declared = (at, signal) }
    }
    for event in client {
      switch event {
      case .recovered(let at): if recoveredAt == nil, at <= observedUntil { recoveredAt = at }
      case .failedOver(let at): failedOverAt = failedOverAt ?? at
      default: break
      }
    }
  }

  /// Whether the connection does not work though everything is healed that can be.
  var staysBroken: Bool {
    let connection = prepared.connection
    return spans.contains { span in
      let course = span.fault.course(for: connection)
      return !(span.end == nil ? course.during : course.after).letsAnswersThrough
    }
  }

  /// Whether a fault in force keeps the client's process from saying anything.
  var clientIsSilenced: Bool {
    spans.contains { span in
      guard let silences = span.fault.traits.silences, silences.side == .client else { return false }
      return switch silences.until {
      case .whileInForce: span.end == nil
      case .forGood: true
      }
    }
  }

  /// A verdict that came while the fault was being injected came at t0: t0 is known no better.
  private func settled(_ verdict: Instant) -> Instant {
    guard let t0, (t0.before..<t0.midpoint).contains(verdict) else { return verdict }
    return t0.midpoint
  }

  /// The suspicions of a detector in mode `watch`.
  private var suspicions: [Suspicion] {
    var list: [Suspicion] = []
    for event in events {
      switch event {
      case .suspected(let at, let signal): list.append(Suspicion(signal: signal, from: settled(at)))
      case .trusted(let at): if !list.isEmpty { list[list.count - 1].until = at }
      // The kernel's own verdict is final.
      case .declared(let at, let signal):
        if list.last.map({ $0.until != nil }) ?? true { list.append(Suspicion(signal: signal, from: settled(at))) }
      default: break
      }
    }
    return list
  }

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
      on: prepared.connection,
      carriedOut: spans.map { span in
        CarriedOut(start: span.start.midpoint - t0, end: span.end.map { $0.midpoint - t0 })
      })
  }

  // MARK: - The row

  func row() -> ResultRow {
    let planned = prepared.planned
    var row = ResultRow.blank(for: planned, prepared.context, startedAt: startedAt)
    row.settings = prepared.settings.spelled
    let effects = t0.map { self.effects(since: $0.midpoint) } ?? []
    let end = observedUntil ?? declared?.at ?? recoveredAt ?? begin
    let outages = t0.map { effects.outages(t0: $0.midpoint, recoveredAt: recoveredAt, end: end) } ?? []
    let watched = begin..<max(begin, watches ? end : min(end, declared?.at ?? end))
    let accuracy = Accuracy(of: watches ? suspicions : [], outages: outages, window: watched, t0: t0?.midpoint)
    // Without a fault a detector that watches may still have had its connection ended under it.
    let verdict =
      watches && t0 != nil
      ? accuracy.detection.map { (at: max($0.from, t0?.midpoint ?? $0.from), signal: $0.signal) }
      : declared.map { (at: settled($0.at), signal: $0.signal) }
    let (outcome, reason) = judged(effects, verdict, mistakes: accuracy.mistakes)
    row.outcome = outcome
    row.signal = verdict?.signal
    row.mistakes = watches ? accuracy.mistakes : outcome == .falseAlarm ? 1 : 0
    row.mistakeTime = watches ? accuracy.mistakeTime : nil
    row.watchedAlive = accuracy.alive
    row.lag = lag
    row.failedAttempts = failover == nil ? nil : failedAttempts.count
    row.learnedInterval =
      events.lazy.compactMap { if case .learned(let interval, _) = $0 { interval } else { nil } }.last
    if failover != nil, failedOverAt == nil, let last = failedAttempts.last, declared != nil {
      row.reason = "failover failed: \(last)"
    }
    row.reason = ([reason, row.reason] + notes).compactMap { $0 }.joined(separator: "; ").nonEmpty
    describeFault(in: &row)
    guard let t0 = t0?.midpoint else {
      // Healthy up to the false alarm.
      row.healthy = declared.flatMap { declared in trafficStart.map { declared.at - $0.at } }
      return row
    }

    row.detection = verdict.flatMap { $0.at >= t0 ? $0.at - t0 : nil }
    row.observed = (verdict?.at ?? (watches ? nil : recoveredAt) ?? observedUntil).flatMap { $0 >= t0 ? $0 - t0 : nil }
    row.lastHeard = lastHeard(at: t0)
    row.recovery = healedAt.flatMap { healed in recoveredAt.map { $0 - healed } }
    row.failover = verdict.map { $0.at >= t0 } ?? true ? failedOverAt.map { $0 - t0 } : nil
    let hasFinished = clientEvents.contains { if case .finished = $0 { true } else { false } }
    if case .requests = planned.scenario.workload, hasFinished { count(requestsSentAfter: t0, in: &row) }
    countHerd(since: t0, in: &row)
    countTraffic(until: t0, in: &row)
    predict(effects, at: t0, trusted: accuracy.detection.map { $0.from >= t0 } ?? true, in: &row)
    return row
  }

  private func judged(_ effects: [EffectSpan], _ verdict: (at: Instant, signal: Signal)?, mistakes: Int) -> (
    Outcome, reason: String?
  ) {
    if let failure { return (.error, "\(failure)") }
    let connection = prepared.connection
    if t0 == nil, declared != nil, spans.contains(where: { $0.fault.course(for: connection).during != .none }) {
      let names = spans.map(\.fault.kind.rawValue).joined(separator: ", ")
      return (.error, "declared dead by an earlier fault than the measured one: \(names)")
    }
    let judgement = Judgement(
      of: History(
        t0: t0?.midpoint, effects: effects, healedAt: healedAt, declaredAt: verdict?.at,
        recoveredAt: recoveredAt, mistakes: mistakes, isOverload: verdict?.signal == .overloaded))
    return (judgement.outcome, judgement.reason)
  }

  /// Why the attempts of the failover came to nothing, one by one.
  private var failedAttempts: [String] {
    clientEvents.compactMap { if case .failoverFailed(_, let reason) = $0 { reason } else { nil } }
  }

  private func describeFault(in row: inout ResultRow) {
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
}

extension DetectorSettings {
  /// Whether an answer on the watched connection is no sign of life to it.
  fileprivate var judgesBesideTheConnection: Bool {
    switch self {
    case .connect, .linkMonitor, .routeMonitor: true
    default: pinging?.transport == .udp
    }
  }
}

extension String {
  fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
