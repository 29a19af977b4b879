import EndpointProtocol
import Lab
import Model

@testable import Campaign

/// A measurement that never was: its plan, and a log that the test writes. All times in seconds from its beginning.
struct StagedMeasurement {
  var planned: PlannedMeasurement
  private(set) var log = MeasurementLog()

  static let begin = Instant(nanoseconds: 500_000_000_000)
  static let facts = RowFacts(
    version: "0", run: "run", seed: 7, clock: .virtual,
    kernel: KernelFacts(release: "6.12", timers: KernelTimers(hz: 100, jiffiesOffset: 0)),
    startedAt: "2026-01-31T12:00:00Z")

  static let heartbeat = Scenarios.heartbeat(.seconds(1), timeout: .seconds(3))
  static let cablePull = Fault.cablePull(cable: .server)

  /// A heartbeat whose server's cable is pulled after 5 s, and watched for 20.
  init(
    _ timeline: [TimelineEntry] = [.inject(cablePull, at: 5)], detector: Detector = heartbeat,
    observer: Observer = .client, mode: DetectorMode = .act, workload: Workload = .idle,
    topology: Topology = Topology(),
    clients: Int = 1, failover: FailoverPolicy? = nil, measured: FaultKind? = nil, began: Bool = true
  ) {
    var detector = detector
    detector.mode = mode
    let kinds = timeline.compactMap { entry -> FaultKind? in
      if case .inject(let fault, _) = entry.action { fault.kind } else { nil }
    }
    let scenario = Scenario(
      name: "staged", topology: topology, workload: workload, detectors: [detector],
      timeline: Timeline(entries: timeline), measured: measured ?? kinds.last ?? .cablePull, observe: .seconds(20),
      clients: clients, failover: failover)
    planned = PlannedMeasurement(
      scenario: scenario, planHash: "p0123456789abcdef", trial: 1, trialsPlanned: 10, detector: detector,
      observer: observer, phase: .zero)
    guard began else { return }
    log.append(.told(observer, .ready(at: Self.at(-1), localPort: 40_000, settings: detector.settings)))
    log.append(.began(Self.begin))
  }

  static func at(_ seconds: Double) -> Instant { begin + .milliseconds(Int64((seconds * 1000).rounded())) }

  mutating func add(_ content: LogEntry.Content) { log.append(content) }

  /// What the observer told.
  mutating func tell(_ event: Event) { log.append(.told(planned.observer, event)) }

  mutating func tellClient(_ event: Event) { log.append(.told(.client, event)) }

  /// A step of the timeline, by its number, was carried out between 1 ms before and after this time.
  mutating func inject(_ step: Int = 0, at seconds: Double = 5, backend: String = "carrier") {
    log.append(.injected(step: step, Self.moment(seconds), backend: backend))
  }

  mutating func heal(_ step: Int, at seconds: Double) { log.append(.healed(step: step, Self.moment(seconds))) }

  mutating func prove(_ verdict: FaultVerdict = .confirmed, _ evidence: String = "seen", cpu: Double? = nil) {
    log.append(.proved(Proof(verdict, evidence, cpuShare: cpu)))
  }

  mutating func declare(at seconds: Double, _ signal: Signal = .missedHeartbeats) {
    tell(.declared(at: Self.at(seconds), signal: signal))
  }

  mutating func recover(at seconds: Double) { tellClient(.recovered(at: Self.at(seconds))) }

  mutating func end(at seconds: Double = 20) { log.append(.observationEnded(Self.at(seconds))) }

  mutating func sample(
    _ point: SamplePoint, at seconds: Double, port: UInt16 = 40_000, connection: TrafficCounters = .zero,
    interface: TrafficCounters = .zero, lastHeard: Double = 0.5
  ) {
    let state = ConnectionState(
      sampledAt: Self.at(seconds), lastReceivedAge: .milliseconds(Int64(lastHeard * 1000)),
      retransmissionTimeout: .milliseconds(200), roundTripTime: .microseconds(100), unacknowledgedSegments: 0,
      probesOut: 0, backoff: 0, timer: .off, timerExpiresIn: nil)
    log.append(
      .sampled(
        ConnectionSample(
          localPort: port, remotePort: 7000, state: state, connection: connection, usesTimestamps: true,
          interface: interface), point))
  }

  static func moment(_ seconds: Double) -> Moment {
    Moment(before: at(seconds) - .milliseconds(1), after: at(seconds) + .milliseconds(1))
  }

  var row: ResultRow { rowOf(log, planned, Self.facts) }
}

extension TrafficCounters {
  static let zero = TrafficCounters(segmentsOut: 0, segmentsIn: 0, bytesOut: 0, bytesIn: 0)
}

extension TimelineEntry {
  static func inject(_ fault: Fault, at seconds: Double, for duration: Duration? = nil) -> TimelineEntry {
    TimelineEntry(
      at: .milliseconds(Int64(seconds * 1000)), action: .inject(fault, repetition: nil), duration: duration)
  }

  static func heal(_ kind: FaultKind, at seconds: Double) -> TimelineEntry {
    TimelineEntry(at: .milliseconds(Int64(seconds * 1000)), action: .heal(kind))
  }
}

/// Under another name than the property's.
private func rowOf(_ log: MeasurementLog, _ planned: PlannedMeasurement, _ facts: RowFacts) -> ResultRow {
  row(of: log, planned: planned, facts: facts)
}
