/// What a scenario promises about a detector's rows; checked after a run.
public struct Expectation: Sendable, Hashable {
  /// nil: it applies to every detector of the scenario.
  public var detector: String?
  public var observer: Observer
  public var condition: Condition
  /// Its place in the scenario file: `file:line:column`.
  public var location: String

  public enum Condition: Sendable, Hashable {
    /// Every confirmed trial ends in `outcome`, and is detected `within` if given.
    case outcome(Outcome, within: Duration?)
    /// The percentile (0 < p < 100) of the detection time is at most `within`, by its one-sided 95 % upper bound.
    case percentile(Double, within: Duration)
    /// Every confirmed trial fails over within this time of t0.
    case failover(within: Duration)
    /// Every confirmed trial recovers within this time of the heal.
    case recovery(within: Duration)
    /// Every confirmed trial loses at most this many requests.
    case requestsLost(atMost: Int)
    /// At most this many false alarms in all trials together; in mode `watch`, this many mistakes.
    case falseAlarms(atMost: Int)
    /// At least this share (0 to 1) of the trials that have a prediction lies inside it.
    case prediction(atLeast: Double)
    /// The query accuracy probability P_A over all trials together is at least this (0 to 1).
    case queryAccuracy(atLeast: Double)
    /// The longest interval that an adaptive heartbeat found good is exactly this, in every confirmed trial.
    case learnedInterval(Duration)
  }

  public init(detector: String?, observer: Observer = .client, condition: Condition, location: String = "") {
    self.detector = detector
    self.observer = observer
    self.condition = condition
    self.location = location
  }
}
