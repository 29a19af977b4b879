import EndpointProtocol
import Lab
import LinuxNetwork
import LinuxSystem
import Model

/// Carries out the timeline of one prepared measurement and records what happened.
struct Measurement: Sendable {
  let prepared: PreparedMeasurement
  /// The measurement's time zero.
  let begin: Instant
  private var record: MeasurementRecord

  init(_ prepared: PreparedMeasurement, begin: Instant) {
    self.prepared = prepared
    self.begin = begin
    record = MeasurementRecord(prepared: prepared, begin: begin)
  }

  /// What the faults' proofs saw, for the log.
  var evidence: String { record.evidence }

  private var scenario: Scenario { prepared.planned.scenario }
  private var client: EndpointProcess { prepared.client }

  /// Runs to the outcome or to the end of the window, and returns the row. What goes wrong on the way is in the row too.
  ///
  /// - Throws: `CancellationError` only.
  mutating func run() async throws -> Observation {
    do {
      try await walkTimeline()
      try await proveWhatLasts()
      try await settle()
    } catch {
      // A cancelled wait surfaces as whatever error it had in hand.
      try Task.checkCancellation()
      if error is CancellationError { throw error }
      record.failure = error
      record.events = await client.mailbox.events
    }
    return record.observation()
  }

  private mutating func walkTimeline() async throws {
    client.send(.begin(at: begin))
    let steps = scenario.timeline.steps
    try await sampleTrafficStart(before: steps.first?.at ?? scenario.observe)
    // How late the last step was: the watch after it must not be the shorter for it.
    var lateness = Duration.zero
    for (number, step) in steps.enumerated() {
      if try await outcome(by: instant(step.at)) { break }
      switch step.action {
      case .inject(let fault): try await inject(fault)
      case .heal(let kind): try await heal(kind, remaining: steps[(number + 1)...])
      }
      lateness = max(.zero, .now - instant(step.at))
    }
    if lateness > .milliseconds(100) { record.notes.append("the timeline ran \(lateness.inSeconds) s late") }
    _ = try await outcome(by: instant(scenario.observe) + lateness)
    record.observedUntil = .now
  }

  /// The first of the two samples between which the healthy traffic is counted: half a healthy period after the start.
  ///
  /// By then the round trip that aligns the measurement is over; and as t0 falls evenly over a period, the pooled rate
  /// has as many whole periods in it as its time says.
  private mutating func sampleTrafficStart(before first: Duration) async throws {
    let delay = min(scenario.healthyPeriod(of: prepared.planned.detector) / 2, first / 2)
    // A detector that cried wolf already has closed its connection.
    if try await outcome(by: begin + delay) { return }
    record.trafficStart = sampled()
  }

  /// The connection now; nil, with a note in the row, if its kernel does not show it.
  private mutating func sampled() -> ConnectionSample? {
    do {
      return try prepared.sampleConnection()
    } catch {
      record.notes.append("\(error)")
      return nil
    }
  }

  /// A time of the timeline on the clock, with this trial's phase added.
  private func instant(_ time: Duration) -> Instant { begin + prepared.planned.phase + time }

  /// Waits for the detector's verdict, or for the recovery after the last heal; whether either came.
  private mutating func outcome(by deadline: Instant) async throws -> Bool {
    if record.isDecided { return true }
    let event = try await client.mailbox.first(by: deadline) { event -> Event? in
      switch event {
      case .declared, .recovered: event
      default: nil
      }
    }
    try Task.checkCancellation()
    switch event {
    case .declared(let at, let signal): record.declared = (at, signal)
    case .recovered(let at): record.recoveredAt = at
    default: return false
    }
    return true
  }

  // MARK: - Faults

  private mutating func inject(_ fault: Fault) async throws {
    guard let running = prepared.faults[fault] else { return }
    let moment: Moment
    do {
      moment = try await running.inject()
    } catch {
      throw CampaignError(.lab, stage: "inject \(fault.kind.rawValue)", "\(error)")
    }
    record.injected(fault, at: moment, backend: running.backend)
    guard fault.kind == scenario.measured, record.t0 == nil else { return }
    record.t0 = moment
    // Right away, while nothing more can arrive: the state that the prediction starts from.
    record.atFault = sampled()
    client.send(.mark(t0: moment.midpoint))
  }

  private mutating func heal(_ kind: FaultKind, remaining: ArraySlice<TimelineStep>) async throws {
    guard let fault = record.lasting(kind), let running = prepared.faults[fault] else { return }
    record.proven(await proof(of: running, patience: .zero))
    let moment: Moment
    do {
      moment = try await running.heal()
    } catch {
      throw CampaignError(.lab, stage: "heal \(kind.rawValue)", "\(error)")
    }
    record.healed(fault, at: moment)
    // Only when nothing is broken any more, and nothing more will be, can a round trip prove that it survived.
    let broken = record.lastingSpans.contains { $0.fault.effect(in: scenario.topology) != .none }
    let more = remaining.contains { if case .inject = $0.action { true } else { false } }
    guard !broken, !more else { return }
    record.healedAt = moment.midpoint
    client.send(.healed(at: moment.midpoint))
  }

  /// A proof that cannot be made is an inconclusive one: the measurement still stands.
  private func proof(of fault: any RunningFault, patience: Duration) async -> Proof {
    do {
      return try await fault.prove(patience: patience)
    } catch {
      return Proof(.inconclusive, "\(error)")
    }
  }

  /// Proves the faults that were never healed, once the outcome is known or the window is over.
  private mutating func proveWhatLasts() async throws {
    for span in record.lastingSpans {
      guard let running = prepared.faults[span.fault] else { continue }
      record.proven(await proof(of: running, patience: .seconds(5)))
    }
  }

  // MARK: - The end

  /// Lets a failover complete and outstanding requests settle, and collects what the client counted.
  private mutating func settle() async throws {
    if record.declared != nil, prepared.backup != nil {
      let event = try await client.mailbox.first(by: .now + .seconds(5)) { event -> Event? in
        switch event {
        case .failedOver, .failoverFailed: event
        default: nil
        }
      }
      if case .failedOver(let at) = event { record.failedOverAt = at }
      if case .failoverFailed(_, let reason) = event { record.notes.append("failover failed: \(reason)") }
    }
    client.send(.finish)
    var longest = Duration.seconds(10)
    if case .requests(_, let timeout) = scenario.workload { longest += timeout }
    record.lag = try await client.expect("finished", within: longest) { event in
      if case .finished(_, let lag) = event { lag } else { nil }
    }
    record.events = await client.mailbox.events
  }
}
