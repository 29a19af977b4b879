/// A scenario as read: everything that the file says, with defaults filled in.
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
  /// How many clients share the lab; each runs the detector, the first one is measured.
  public var clients: Int
  /// The clients' failover once they have declared the server dead; nil: none.
  public var failover: FailoverPolicy?
  /// The servers' accept queues: the backlog of listen(2).
  public var acceptQueue: Int
  public var expectations: [Expectation]

  public init(
    name: String, summary: String = "", topology: Topology = Topology(), workload: Workload = .idle,
    detectors: [Detector], timeline: Timeline, measured: FaultKind, observe: Duration, trials: Int = 10,
    clients: Int = 1, failover: FailoverPolicy? = nil, acceptQueue: Int = 128, expectations: [Expectation] = []
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
    self.clients = clients
    self.failover = failover ?? (topology.backup ? FailoverPolicy(target: .backup) : nil)
    self.acceptQueue = acceptQueue
    self.expectations = expectations
  }

  /// The period of a healthy connection under `detector`; t0 is spread evenly over it.
  public func healthyPeriod(of detector: Detector) -> Duration { detector.settings.healthyPeriod(under: workload) }

  /// The longest time without any packet on the healthy watched connection; nil if there are never any packets.
  public func quietTime(of detector: Detector) -> Duration? {
    [workload.spacing, detector.settings.traits.spacing].compactMap { $0 }.min()
  }

  /// How much longer `quietTime` may become: the kernel's timers fire late, by up to the granularity of their level in
  /// the wheel, which is at most 8/63 of the time that they were set for (`LVL_START`, `LVL_GRAN`,
  /// kernel/time/timer.c), and at least a tick.
  public func longestQuietTime(of detector: Detector) -> Duration? {
    let traits = detector.settings.traits
    guard let quiet = quietTime(of: detector), traits.isTimedByKernel, quiet == traits.spacing else {
      return quietTime(of: detector)
    }
    return quiet + quiet * 8 / 63 + .milliseconds(10)
  }
}
