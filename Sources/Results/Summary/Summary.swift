import Model

/// The summary of a set of rows, scenario by scenario in order of first appearance.
public struct Summary: Sendable {
  public var scenarios: [ScenarioSummary]

  /// One for each detector, observer, mode, clock and kernel of each scenario.
  public var groups: [GroupSummary] { scenarios.flatMap(\.groups) }
}

/// The rows of one scenario, by one clock of one kernel: their timers differ, and so do their times.
///
/// Equal plans mean equal conditions, except for the machine.
public struct ScenarioSummary: Sendable {
  public var plan: String
  public var scenario: String
  public var clock: Clock
  /// Its release.
  public var kernel: String

  public var path: Path
  public var family: AddressFamily
  public var cables: String?
  public var workload: String
  public var timeline: String
  public var fault: FaultKind
  public var faultTarget: String

  /// Where and when it ran, in order of first appearance.
  public var hz: [Int]
  public var versions: [String]
  public var runs: [String]
  public var seeds: [Int64]

  /// How many measurements the runs planned for the detectors that have rows here, and how many of these have rows.
  public var planned: Int
  public var present: Int
  /// Counted rows of a draw (seed, trial, number of trials) that another row has too. On the virtual clock they are the
  /// same measurement again and are in none of the groups; on the real clock they are separate measurements.
  public var repeats: Int

  public var groups: [GroupSummary]
  /// Counted rows that disagree with their prediction.
  public var outsidePrediction: FindingList
  public var unconfirmed: FindingList
  public var errors: FindingList
  /// When its first and its last measurement began, as ISO 8601 in UTC.
  public var started: ClosedRange<String>
}

/// One detector's rows in one scenario, seen from one side, in one mode, by one clock of one kernel.
public struct GroupSummary: Sendable {
  public var detector: String
  public var observer: Observer
  public var mechanism: Mechanism
  public var settings: String
  public var mode: DetectorMode

  /// All rows.
  public var trials: Int
  /// The rows that count: everything below is about these.
  public var counted: Int
  public var unconfirmed: Int
  public var errors: Int
  /// Of all rows with a verdict.
  public var verdicts: Tally<FaultVerdict>
  public var outcomes: Tally<Outcome>
  /// Why, where outcomes came with a reason.
  public var reasons: ReasonTally

  /// Times from t0 to the declaration, of the trials that could detect: `detected`, and `missed` as censored.
  ///
  /// If the effect ended first (`survived`, `late`), there is no detection time; those trials are only counted.
  public var detection: TimeStatistics
  /// The least and the greatest of the rows' predictions; nil if there are none.
  public var predicted: Prediction?
  /// Rows with a prediction, and those of them that disagree with it.
  public var withPrediction: Int
  public var outsidePrediction: Int
  /// The greatest predicted time for a fault right after the last answer: predicted_min_s + last_heard_s, which hardly
  /// varies between rows, or predicted_max_s if that is more.
  public var worstCase: Duration?

  public var recovery: TimeStatistics
  public var failover: TimeStatistics

  /// Lost requests of a trial; nil without a request workload.
  public var requestsLostMedian: Double?
  public var requestsLost: Int?
  public var requestsSent: Int?
  /// While healthy, both directions together, all trials pooled.
  public var segmentsPerHour: Double?
  public var wireBytesPerHour: Double?
  public var lagMax: Duration?
  /// Only of rows in mode `watch`.
  public var accuracy: AccuracyMetrics?
  /// Only of rows with several clients.
  public var herd: HerdSummary?
  /// The failovers' failed attempts to connect, in all trials; nil if no row has the number.
  public var failedAttempts: Int?
  /// The longest interval that a learning heartbeat found to be good.
  public var learnedInterval: TimeStatistics

  /// Every trial that could detect missed.
  public var neverDetected: Bool { detection.count > 0 && detection.measured == 0 }
}

/// The statistics of a sample of times; all nil if it is empty.
public struct TimeStatistics: Sendable, Hashable {
  public var count: Int
  /// Of these, not censored.
  public var measured: Int
  public var min: Bounded?
  public var median: Bounded?
  /// Two-sided, 95 %.
  public var medianInterval: BoundedRange?
  /// By nearest rank.
  public var p95: Bounded?
  public var max: Bounded?

  public init(_ sample: SortedSample) {
    count = sample.count
    measured = sample.measuredCount
    min = sample.min
    median = sample.median
    medianInterval = sample.medianInterval
    p95 = sample.percentile(95)
    max = sample.max
  }
}
