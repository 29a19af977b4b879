/// One detector in one trial, seen from one side: one CSV row.
///
/// Property by property the columns of the results file; nil is an empty cell: not applicable, or unknown.
public struct ResultRow: Sendable, Hashable {
  // What.
  public var version: String
  /// A hash of the scenario as read: 16 hexadecimal digits.
  public var plan: String
  public var run: String
  public var scenario: String
  public var trial: Int
  public var trialsPlanned: Int
  public var seed: Int64
  /// ISO 8601 UTC: `2026-01-31T12:00:00Z`.
  public var startedAt: String

  // Where.
  public var clock: Clock
  public var kernel: String
  public var hz: Int
  public var path: Path
  public var family: AddressFamily
  /// Standing impairments, as `server: delay=20ms loss=0.5%; ...`; nil if there are none.
  public var cables: String?
  public var workload: String

  // Fault.
  public var timeline: String
  public var fault: FaultKind
  public var faultTarget: String
  /// The mechanism behind it: `carrier`, `tc-blackhole`, ...; nil if nothing was injected.
  public var faultBackend: String?
  /// t0, counted from the start of the measurement; nil if nothing was injected.
  public var faultAt: Duration?
  /// The last heal, also from the start; nil if there was none.
  public var healAt: Duration?
  /// Half the time that the injection took.
  public var faultUncertainty: Duration?
  /// nil if nothing was injected.
  public var faultVerdict: FaultVerdict?

  // Detector.
  public var detector: String
  public var mechanism: Mechanism
  /// The settings as the kernel took them.
  public var settings: String
  public var mode: DetectorMode
  public var observer: Observer

  // Outcome.
  public var outcome: Outcome
  public var reason: String?
  public var signal: Signal?
  /// From t0 to the declaration.
  public var detection: Duration?
  /// From t0 to the end of the observation: how long the measurement waited.
  public var observed: Duration?
  /// The age at t0 of the last segment or answer received.
  public var lastHeard: Duration?
  public var predictedMin: Duration?
  public var predictedMax: Duration?
  /// Whether the outcome agrees with the prediction; nil if there is none. A row that says true or false without a
  /// range was predicted never to detect.
  public var withinPrediction: Bool?
  /// From the last heal to the first round trip after it.
  public var recovery: Duration?
  /// From t0 to the first answered request on the backup.
  public var failover: Duration?

  // Cost.
  /// Sent after t0; nil without a request workload.
  public var requestsSent: Int?
  /// Of these, not answered within their timeout.
  public var requestsLost: Int?
  /// Suspicions of a peer that was alive and reachable.
  public var mistakes: Int?
  /// How long these lasted in total; only in mode `watch`, where a detector can take a suspicion back.
  public var mistakeTime: Duration?
  /// From half a healthy period after the start to t0: the denominator of the traffic.
  public var healthy: Duration?
  public var healthySegmentsOut: Int?
  public var healthySegmentsIn: Int?
  /// Headers included, from the Ethernet header on.
  public var healthyWireBytesOut: Int?
  public var healthyWireBytesIn: Int?
  /// The worst lateness of the observer's event loop.
  public var lag: Duration?

  // Since schema 2.
  /// How long the detector watched a peer that was alive and reachable: the denominator of `mistakes` and `mistakeTime`.
  public var watchedAlive: Duration?
  /// The clients in the lab; the row is the first one's.
  public var clients: Int?
  /// How many of them declared the server dead; nil for a single one.
  public var clientsDeclared: Int?
  /// How many of them were answered after their failover; nil for a single one.
  public var clientsFailedOver: Int?
  /// From t0 to the last of these answers; nil for a single one.
  public var lastFailover: Duration?
  /// How the client fails over; nil if it does not.
  public var failoverPolicy: String?
  /// The failover's failed attempts to connect, over all clients.
  public var failedAttempts: Int?
  /// The longest interval that a learning heartbeat found to be good.
  public var learnedInterval: Duration?

  public init(
    version: String, plan: String, run: String, scenario: String, trial: Int, trialsPlanned: Int, seed: Int64,
    startedAt: String, clock: Clock = .real, kernel: String, hz: Int, path: Path, family: AddressFamily,
    cables: String? = nil, workload: String, timeline: String, fault: FaultKind, faultTarget: String,
    detector: String, mechanism: Mechanism, settings: String, mode: DetectorMode = .act,
    observer: Observer = .client, outcome: Outcome
  ) {
    self.version = version
    self.plan = plan
    self.run = run
    self.scenario = scenario
    self.trial = trial
    self.trialsPlanned = trialsPlanned
    self.seed = seed
    self.startedAt = startedAt
    self.clock = clock
    self.kernel = kernel
    self.hz = hz
    self.path = path
    self.family = family
    self.cables = cables
    self.workload = workload
    self.timeline = timeline
    self.fault = fault
    self.faultTarget = faultTarget
    self.detector = detector
    self.mechanism = mechanism
    self.settings = settings
    self.mode = mode
    self.observer = observer
    self.outcome = outcome
  }
}

/// The clock that timed a row; rows of different clocks are never mixed in a statistic.
public enum Clock: String, Sendable, Hashable, CaseIterable {
  /// This machine's.
  case real
  /// A user-mode kernel's, which skips idle time.
  case virtual

  /// `real clock`, `virtual clock`.
  public var spelled: String { "\(rawValue) clock" }
}
