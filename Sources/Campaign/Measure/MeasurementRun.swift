import EndpointProtocol
import Lab
import LinuxNetwork
import LinuxSystem
import Model

/// Carries out the timeline of one prepared measurement, and logs what happens. It reads everything that it must know
/// on the way from the log.
struct MeasurementRun: Sendable {
  let prepared: PreparedMeasurement
  /// The measurement's time zero.
  let begin: Instant
  /// Everything that was seen so far.
  private(set) var measurement: LoggedMeasurement
  /// How many of each side's events are in the log.
  private var heard: [Observer: (endpoint: RunningEndpoint, count: Int)] = [:]

  init(_ prepared: PreparedMeasurement, begin: Instant) {
    self.prepared = prepared
    self.begin = begin
    measurement = LoggedMeasurement(prepared.planned)
  }

  private var scenario: Scenario { prepared.planned.scenario }
  private var client: RunningEndpoint { prepared.client }
  private var observer: RunningEndpoint { prepared.observer }
  private var steps: [TimelineStep] { measurement.steps }

  /// Runs to the outcome or to the end of the window. Errors on the way are in the log too.
  ///
  /// - Throws: `CancellationError` only.
  mutating func run() async throws {
    do {
      try await walkTimeline()
      await proveWhatLasts()
      await settle()
      try Task.checkCancellation()
    } catch {
      // A cancelled wait may throw any error.
      try Task.checkCancellation()
      if error is CancellationError { throw error }
      await listen()
      log(.failed("\(error)"))
    }
  }

  private mutating func log(_ content: LogEntry.Content) { measurement.append(content) }

  /// Logs the endpoints' events since the last call.
  private mutating func listen() async {
    for (side, endpoint) in [(Observer.client, client), (.server, prepared.server.endpoint)] {
      // A fault may have replaced the process by another one.
      let known = heard[side].map { $0.endpoint === endpoint ? $0.count : 0 } ?? 0
      let events = await endpoint.events
      for event in events.dropFirst(known) { log(.told(side, event)) }
      heard[side] = (endpoint, events.count)
    }
  }

  private mutating func walkTimeline() async throws {
    log(.began(begin))
    client.send(.begin(at: begin))
    if prepared.planned.observer == .server || scenario.workload.sender == .server {
      prepared.server.endpoint.send(.begin(at: begin))
    }
    try await sampleTrafficStart(before: steps.first?.at ?? scenario.observe)
    // How late the last step was: this must not shorten the watch after it.
    var lateness = Duration.zero
    for (number, step) in steps.enumerated() {
      if try await outcome(by: instant(step.at)) { break }
      switch step.action {
      case .inject(let fault): try await inject(fault, step: number)
      case .heal(let kind): try await heal(kind, step: number)
      }
      lateness = max(.zero, .now - instant(step.at))
    }
    if lateness > .milliseconds(100) { log(.noted("the timeline ran \(lateness.inSeconds) s late")) }
    _ = try await outcome(by: instant(scenario.observe) + lateness)
    log(.observationEnded(.now))
  }

  /// The first of the two samples between which the healthy traffic is counted: half a healthy period after the start.
  ///
  /// By then the round trip that aligns the measurement is over. As t0 is spread evenly over a period, the pooled rate
  /// contains as many whole periods as its time corresponds to.
  private mutating func sampleTrafficStart(before first: Duration) async throws {
    let delay = min(scenario.healthyPeriod(of: prepared.planned.detector) / 2, first / 2)
    // A detector that has raised a false alarm has closed its connection already.
    if try await outcome(by: begin + delay) { return }
    await sample(.healthy)
  }

  /// Logs the present state of the connection, or that its kernel does not show it.
  private mutating func sample(_ point: SamplePoint) async {
    var ports = prepared.ports
    // A learning heartbeat reopens its connection occasionally.
    if prepared.planned.detector.settings.traits.reopensConnection {
      await listen()
      ports.own = measurement.clientPort ?? ports.own
    }
    do {
      let sample = try await prepared.context.blocking { [prepared] in try prepared.sampleConnection(ports) }
      log(.sampled(sample, point))
    } catch {
      log(.noted("\(error)"))
    }
  }

  /// A time of the timeline on the clock, with this trial's phase added.
  private func instant(_ time: Duration) -> Instant { begin + prepared.planned.phase + time }

  /// Waits for the detector's verdict, or for the recovery after the last heal; returns whether either came.
  private mutating func outcome(by deadline: Instant) async throws -> Bool {
    while !measurement.isDecided {
      let news = try await news(by: deadline)
      try Task.checkCancellation()
      if news == nil { return false }
      await listen()
    }
    return true
  }

  /// The next deciding event that is not known yet; nil if there is none by the deadline.
  private func news(by deadline: Instant) async throws -> Event? {
    let (knowsDeclared, knowsRecovered) = (measurement.declared != nil, measurement.recoveredAt != nil)
    let knowsFailover = measurement.failedOverAt != nil
    let fromObserver: @Sendable (Event) -> Event? = { event in
      if case .declared = event, !knowsDeclared { event } else { nil }
    }
    // The client sees the recovery and does the failover, whichever side observes.
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
      // A fault may have killed the client, which then reports nothing more.
      group.addTask { try? await client.first(by: deadline, fromClient) }
      defer { group.cancelAll() }
      for try await event in group { if let event { return event } }
      return nil
    }
  }

  // MARK: - Faults

  private mutating func inject(_ fault: Fault, step: Int) async throws {
    guard let running = prepared.faults[fault] else { return }
    let faults = measurement.faults
    // This replaces a fault of the same kind that is still in force.
    if let replaced = faults.lasting(fault.kind), let old = prepared.faults[replaced] { await prove(old, .zero) }
    let moment: Moment
    do {
      moment = try await prepared.context.blocking { try await running.inject() }
    } catch {
      throw CampaignError(.lab, stage: "inject \(fault.kind.rawValue)", "\(error)")
    }
    log(.injected(step: step, moment, backend: running.backend))
    guard fault.kind == scenario.measured, faults.t0 == nil else { return }
    // Sampled at once, while nothing more can arrive: the prediction starts from this state.
    if fault.course(for: prepared.planned.connection).during != .connectionLost(.atOnce) { await sample(.fault) }
    observer.send(.mark(t0: moment.midpoint))
  }

  private mutating func heal(_ kind: FaultKind, step: Int) async throws {
    guard let fault = measurement.faults.lasting(kind), let running = prepared.faults[fault] else { return }
    await prove(running, .zero)
    let moment: Moment
    do {
      moment = try await prepared.context.blocking { try await running.heal() }
    } catch {
      throw CampaignError(.lab, stage: "heal \(kind.rawValue)", "\(error)")
    }
    log(.healed(step: step, moment))
    // A round trip can prove that the connection survived only when nothing is broken, and nothing will be broken
    // later. A connection that stays broken cannot prove anything, and the round trip would reveal this to its client,
    // or repair the connection.
    let faults = measurement.faults
    if faults.healedAt == moment.midpoint, !faults.staysBroken { client.send(.healed(at: moment.midpoint)) }
  }

  /// Logs the proof of a fault. A proof that cannot be made is inconclusive: the measurement is still valid.
  private mutating func prove(_ fault: any RunningFault, _ patience: Duration) async {
    do {
      let proof = try await prepared.context.blocking { try await fault.prove(patience: patience) }
      log(.proved(proof))
    } catch {
      log(.proved(Proof(.inconclusive, "\(error)")))
    }
  }

  /// Proves the faults that were never healed, once the outcome is known or the window is over.
  private mutating func proveWhatLasts() async {
    for span in measurement.faults.lastingSpans {
      guard let running = prepared.faults[span.fault] else { continue }
      await prove(running, .seconds(5))
    }
  }

  // MARK: - The end

  /// Lets outstanding requests and an attempt of the failover settle, and collects what the endpoints counted. An
  /// endpoint that can no longer report does not invalidate what is known.
  private mutating func settle() async {
    client.send(.finish)
    if observer !== client { observer.send(.finish) }
    var longest = Duration.seconds(10)
    if case .requests(_, let timeout, _) = scenario.workload { longest += timeout }
    if let failover = scenario.failover { longest += failover.attemptTimeout }
    do {
      try await observer.expect("finished", within: longest, Self.hasFinished)
    } catch {
      log(.noted("\(error)"))
    }
    // A client that a fault has killed or stopped reports nothing more.
    if observer !== client, !measurement.faults.clientIsSilenced {
      try? await client.expect("finished", within: longest, Self.hasFinished)
    }
    await listen()
  }

  @Sendable private static func hasFinished(_ event: Event) -> Void? {
    if case .finished = event { () } else { nil }
  }
}
