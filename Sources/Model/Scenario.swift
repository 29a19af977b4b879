/// A scenario as understood: everything that the file says, with defaults filled in.
public struct Scenario: Sendable, Hashable {
  public var name: String
  public var summary: String
  public var topology: Topology
  public var workload: Workload
  /// At least one; names are unique.
  public var detectors: [Detector]
  public var timeline: Timeline
  /// The fault whose first injection is t0.
  public var measured: FaultKind
  /// How long a measurement lasts from its start, before the trial's phase is added.
  public var observe: Duration
  public var trials: Int
  public var expectations: [Expectation]

  public init(
    name: String, summary: String = "", topology: Topology = Topology(), workload: Workload = .idle,
    detectors: [Detector], timeline: Timeline, measured: FaultKind, observe: Duration, trials: Int = 10,
    expectations: [Expectation] = []
  ) {
    self.name = name
    self.summary = summary
    self.topology = topology
    self.workload = workload
    self.detectors = detectors
    self.timeline = timeline
    self.measured = measured
    self.observe = observe
    self.trials = trials
    self.expectations = expectations
  }

  /// The time over which `detector` looks the same again while all is well; t0 is spread evenly over it.
  ///
  /// Heartbeat interval, keepalive interval, request spacing; for `none`, the request spacing or else one second.
  public func healthyPeriod(of detector: Detector) -> Duration {
    switch detector.settings {
    case .heartbeat(let heartbeat): return heartbeat.interval
    case .keepalive, .requestTimeout, .none:
      if case .requests(let every, _) = workload { return every }
      if case .keepalive(let keepalive) = detector.settings { return max(keepalive.idle, keepalive.interval) }
      return .seconds(1)
    }
  }
}
