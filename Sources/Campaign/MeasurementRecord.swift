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
  /// Everything that the observer said.
  private(set) var events: [Event] = []
  /// Everything that the client said.
  private(set) var clientEvents: [Event] = []
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

  private var watches: Bool { prepared.planned.detector.mode == .watch }
  private var failover: FailoverPolicy? {
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
      switch span.fault {
      case .processStop(.client): span.end == nil
      case .processKill(.client), .hostCrash(.client), .hostReboot(.client, _): true
      default: false
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

  func observation() -> Observation {
    let planned = prepared.planned
    var row = Observation.blank(for: planned, prepared.context, startedAt: startedAt)
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
    row.accurate = accuracy.alive
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
    predict(effects, at: t0, in: &row)
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

  private func countHerd(since t0: Instant, in row: inout Observation) {
    for case .herd(let declared, let failedOver, let last, let failedAttempts) in clientEvents {
      row.failedAttempts = failover == nil ? nil : failedAttempts
      guard prepared.planned.scenario.clients > 1 else { continue }
      row.clientsDeclared = declared
      row.clientsFailedOver = failedOver
      row.lastFailover = last.map { $0 - t0 }
    }
  }

  private func countTraffic(until t0: Instant, in row: inout Observation) {
    // Healthy is what no other fault had touched, on one and the same connection.
    let connection = prepared.connection
    let wasDisturbed = spans.contains { span in
      span.start.midpoint < t0 && span.fault.course(for: connection).during != .none
    }
    guard let trafficStart, let atFault, !wasDisturbed,
      trafficStart.socket.localPort == atFault.socket.localPort,
      trafficStart.socket.remotePort == atFault.socket.remotePort
    else { return }
    row.healthy = t0 - trafficStart.at
    let traffic: Traffic
    if prepared.planned.detector.settings.speaksBesideTheConnection {
      traffic = Traffic(from: trafficStart.link, to: atFault.link)
    } else {
      traffic = Traffic(
        from: trafficStart.socket.tcp, to: atFault.socket.tcp,
        networkHeader: prepared.lab.serviceAddress(of: .server).headerSize)
    }
    row.healthySegmentsOut = traffic.segmentsOut
    row.healthySegmentsIn = traffic.segmentsIn
    row.healthyWireBytesOut = traffic.wireBytesOut
    row.healthyWireBytesIn = traffic.wireBytesIn
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
    let answers = clientEvents.compactMap { event -> Bool? in
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
    case .heartbeat, .phiAccrual, .chen, .adaptive, .overload, .requestTimeout: application?.lastAnswer.map { t0 - $0 }
    default: atFault.map { max(.zero, $0.state.lastReceivedAge - ($0.at - t0)) }
    }
  }

  private func predict(_ effects: [EffectSpan], at t0: Instant, in row: inout Observation) {
    let prediction = prediction(effects, at: t0)
    if case .range(let min, let max) = prediction {
      row.predictedMin = min
      row.predictedMax = max
    }
    // The prediction is of a detector that still trusts its peer at t0.
    if watches, row.detection == .zero, row.mistakes ?? 0 > 0 { return }
    row.withinPrediction = prediction.agrees(
      detection: row.detection, observed: row.observed, kernel: prepared.context.kernel.timers)
  }

  private func prediction(_ effects: [EffectSpan], at t0: Instant) -> Prediction {
    let (observer, kernel) = (prepared.planned.observer, prepared.context.kernel.timers)
    let workload = prepared.planned.scenario.workload
    guard let atFault, var application, let effectiveBy = self.t0?.after else {
      // What ends a connection at once leaves no state to start from; it takes none either.
      return prepared.settings.prediction(of: effects, workload: workload, observer: observer, kernel: kernel)
    }
    // On a busy machine a request that was due before t0 is sent after it: what was sent counts, not what was due.
    let sent = clientEvents.compactMap { if case .request(let sentAt, _) = $0, sentAt >= t0 { sentAt } else { nil } }
      .min()
    if let sent, let due = application.nextRequest { application.nextRequest = min(sent, due) }
    let predictions = application.possibilities(
      from: t0, until: effectiveBy, lag: (lag ?? .zero) * 2 + (effectiveBy - t0) * 2 + .milliseconds(1),
      prepared.settings, workload
    ).map {
      prepared.settings.prediction(
        of: effects, workload: workload, observer: observer, connection: atFault.state, application: $0, t0: t0,
        kernel: kernel)
    }
    return predictions.dropFirst().reduce(predictions[0]) { $0.joined(with: $1) }
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

  /// Whether its own traffic does not pass on the watched connection: then all of the interface's is counted.
  fileprivate var speaksBesideTheConnection: Bool {
    if case .connect = self { true } else { pinging?.transport == .udp }
  }
}

extension String {
  fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}
