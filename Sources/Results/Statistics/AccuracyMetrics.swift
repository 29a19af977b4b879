import Model

/// How often, and for how long, detectors in mode `watch` suspected a peer that was alive and reachable, all trials
/// pooled.
///
/// The metrics of Chen, Toueg and Aguilera, "On the Quality of Service of Failure Detectors" (IEEE Transactions on
/// Computers, 2002), section 2: from the mistake rate and P_A the others follow.
public struct AccuracyMetrics: Sendable, Hashable {
  /// The number of rows with all the values that are needed.
  public private(set) var trials = 0
  /// How long a peer was watched that was alive and reachable.
  public private(set) var watchedAlive = Duration.zero
  public private(set) var mistakes = 0
  public private(set) var mistakeTime = Duration.zero

  public init() {}

  /// Adds a row; one without the accuracy columns is ignored.
  public mutating func add(_ row: ResultRow) {
    guard row.mode == .watch, let watchedAlive = row.watchedAlive, watchedAlive > .zero, let mistakes = row.mistakes,
      let mistakeTime = row.mistakeTime
    else { return }
    trials += 1
    self.watchedAlive += watchedAlive
    self.mistakes += mistakes
    self.mistakeTime += mistakeTime
  }

  /// T_MR, the mean time from one mistake to the next. Without a mistake it is beyond a third of the time watched, at
  /// 95 % confidence: the rule of three. nil without rows.
  public var mistakeRecurrence: Bounded? {
    if trials == 0 { return nil }
    return mistakes > 0 ? .at(watchedAlive / mistakes) : .beyond(RuleOfThree.leastMeanTime(cleanTime: watchedAlive))
  }

  /// T_M, the mean duration of a mistake; nil without one.
  public var mistakeDuration: Duration? { mistakes > 0 ? mistakeTime / mistakes : nil }

  /// P_A, the probability that the detector is right about a peer that is alive, asked at a random time; nil without
  /// rows.
  public var queryAccuracy: Double? {
    trials > 0 ? 1 - mistakeTime.inSeconds / watchedAlive.inSeconds : nil
  }

  /// The mistake rate, an hour; nil without rows.
  public var falseAlarmsPerHour: Double? {
    trials > 0 ? Double(mistakes) / watchedAlive.inSeconds * 3600 : nil
  }
}
