import EndpointProtocol
import Lab
import LinuxNetwork
import LinuxSystem
import Model

/// Carries out the timeline of one prepared measurement and records what happened.
struct MeasurementRun: Sendable {
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
  private var client: RunningEndpoint { prepared.client }
  private var observer: RunningEndpoint { prepared.observer }

  /// Runs to the outcome or to the end of the window, and returns the row. What goes wrong on the way is in the row too.
  ///
  /// - Throws: `CancellationError` only.
  mutating func run() async throws -> ResultRow {
    do {
      try await walkTimeline()
      try await proveWhatLasts()
      await settle()
      try Task.checkCancellation()
    } catch {
      // A cancelled wait surfaces as whatever error it had in hand.
      try Task.checkCancellation()
      if error is CancellationError { throw error }
      record.failure = error
      await record.read(observer: observer.events, client: client.events)
    }
    return record.row()
  }

  private mutating func walkTimeline() async throws {
    client.send(.begin(at: begin))
    if prepared.planned.observer == .server || scenario.workload.sender == .server {
      prepared.server.endpoint.send(.begin(at: begin))
    }
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
    record.trafficStart = await sampled()
  }

  /// The connection now; nil, with a note in the row, if its kernel does not show it.
  private mutating func sampled() async -> ConnectionSample? {
    // A learning heartbeat opens its connection anew now and then.
    var ports = prepared.ports
    if case .adaptive = prepared.planned.detector.settings {
      for case .ready(_, let port, _) in await client.events { ports.own = port }
    }
    do {
      return try await prepared.context.blocking { [prepared] in try prepared.sampleConnection(ports) }
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
    while let news = try await news(by: deadline) {
      try Task.checkCancellation()
      switch news {
      case .declared(let at, let signal): record.declared = (at, signal)
      case .recovered(let at): record.recoveredAt = at
      case .failedOver(let at): record.failedOverAt = at
      default: break
      }
      if record.isDecided { return true }
    }
    try Task.checkCancellation()
    return false
  }

  /// The next event that decides something and is not known yet; nil if there is none by the deadline.
  private func news(by deadline: Instant) async throws -> Event? {
    let (knowsDeclared, knowsRecovered) = (record.declared != nil, record.recoveredAt != nil)
    let knowsFailover = record.failedOverAt != nil
    let fromObserver: @Sendable (Event) -> Event? = { event in
      if case .declared = event, !knowsDeclared { event } else { nil }
    }
    // Recovery is seen, and failover done, by the client, whoever observes.
    let fromClient: @Sendable (Event) -> Event? = { event in
      switch event {
      case .recovered: knowsRecovered ? nil : event
      case .failedOver: knowsFailover ? nil : event
      default: nil
      }
    }
    if prepared.planned.observer == .client {
      return try await client.first(by: deadline) { fromObserver($0) ?? fromClient($0) }
    }
    return try await withThrowingTaskGroup(of: Event?.self) { [client, observer] group in
      group.addTask { try await observer.first(by: deadline, fromObserver) }
      // A fault may have killed the client, which then says no more.
      group.addTask { try? await client.first(by: deadline, fromClient) }
      defer { group.cancelAll() }
      for try await event in group { if let event { return event } }
      return nil
    }
  }

  // MARK: - Faults

  private mutating func inject(_ fault: Fault) async throws {
    guard let running = prepared.faults[fault] else { return }
    // One of the same kind that is still in force is replaced.
    let replaced = record.lasting(fault.kind)
    if let replaced, let old = prepared.faults[replaced] { record.proven(await proof(of: old, patience: .zero)) }
    let moment: Moment
    do {
      moment = try await prepared.context.blocking { try await running.inject() }
    } catch {
      throw CampaignError(.lab, stage: "inject \(fault.kind.rawValue)", "\(error)")
    }
    if let replaced { record.healed(replaced, at: moment) }
    record.injected(fault, at: moment, backend: running.backend)
    guard fault.kind == scenario.measured, record.t0 == nil else { return }
    record.t0 = moment
    // Right away, while nothing more can arrive: the state that the prediction starts from.
    record.atFault =
      fault.course(for: prepared.connection).during == .connectionLost(.atOnce) ? nil : await sampled()
    observer.send(.mark(t0: moment.midpoint))
  }

  private mutating func heal(_ kind: FaultKind, remaining: ArraySlice<TimelineStep>) async throws {
    guard let fault = record.lasting(kind), let running = prepared.faults[fault] else { return }
    record.proven(await proof(of: running, patience: .zero))
    let moment: Moment
    do {
      moment = try await prepared.context.blocking { try await running.heal() }
    } catch {
      throw CampaignError(.lab, stage: "heal \(kind.rawValue)", "\(error)")
    }
    record.healed(fault, at: moment)
    // Only when nothing is broken any more, and nothing more will be, can a round trip prove that it survived.
    let connection = prepared.connection
    let broken = record.lastingSpans.contains { !$0.fault.course(for: connection).during.letsAnswersThrough }
    let more = remaining.contains { step in
      guard case .inject(let fault) = step.action else { return false }
      return !fault.course(for: connection).during.letsAnswersThrough
    }
    guard !broken, !more else { return }
    record.healedAt = moment.midpoint
    // A connection that stays broken cannot prove anything, and the round trip would tell its client so, or mend it.
    if !record.staysBroken { client.send(.healed(at: moment.midpoint)) }
  }

  /// A proof that cannot be made is an inconclusive one: the measurement still stands.
  private func proof(of fault: any RunningFault, patience: Duration) async -> Proof {
    do {
      return try await prepared.context.blocking { try await fault.prove(patience: patience) }
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

  /// Lets outstanding requests and an attempt of the failover settle, and collects what the endpoints counted. What an
  /// endpoint can no longer tell does not undo what is known.
  private mutating func settle() async {
    client.send(.finish)
    if observer !== client { observer.send(.finish) }
    var longest = Duration.seconds(10)
    if case .requests(_, let timeout, _) = scenario.workload { longest += timeout }
    if let failover = scenario.failover { longest += failover.attemptTimeout }
    do {
      record.lag = try await observer.expect("finished", within: longest, Self.lag)
    } catch {
      record.notes.append("\(error)")
    }
    // A client that a fault has killed or stopped says no more.
    if observer !== client, !record.clientIsSilenced {
      _ = try? await client.expect("finished", within: longest, Self.lag)
    }
    await record.read(observer: observer.events, client: client.events)
  }

  @Sendable private static func lag(_ event: Event) -> Duration? {
    if case .finished(_, let lag) = event { lag } else { nil }
  }
}
