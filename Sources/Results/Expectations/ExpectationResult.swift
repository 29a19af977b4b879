import Model

/// What rows say about one expectation, for one detector.
public struct ExpectationResult: Sendable, Hashable {
  public enum Verdict: Sendable, Hashable {
    case passed
    case failed
    /// The rows do not decide it.
    case inconclusive
  }

  public var scenario: String
  public var expectation: Expectation
  public var detector: String
  public var verdict: Verdict
  /// What was seen, as part of a sentence: `trial 3 ended missed after 12 s`.
  public var seen: String

  /// Where the scenario file says so: `file:line:column`; may be empty.
  public var location: String { expectation.location }

  /// What was expected and what was seen: `keepalive: detected within 4s: trial 3 ended missed after 12 s`.
  ///
  /// Only an observer other than the client is named.
  public var sentence: String {
    let observer = expectation.observer == .client ? "" : " (\(expectation.observer.rawValue))"
    return "\(detector)\(observer): \(expectation.condition.spelled): \(seen)"
  }
}

extension Expectation.Condition {
  /// As a phrase: `p95 of the detection time within 3s`.
  public var spelled: String {
    switch self {
    case .outcome(let outcome, nil): "every trial \(outcome.rawValue)"
    case .outcome(let outcome, let within?): "every trial \(outcome.rawValue) within \(within.spelled)"
    case .percentile(let percentile, let within):
      "p\(Self.number(percentile)) of the detection time within \(within.spelled)"
    case .failover(let within): "failover within \(within.spelled)"
    case .recovery(let within): "recovery within \(within.spelled)"
    case .requestsLost(let most): "at most \(most) requests lost in a trial"
    case .prediction(let least): "at least \(Self.number(least * 100)) % inside the prediction"
    case .queryAccuracy(let least): "query accuracy P_A at least \(least)"
    case .learnedInterval(let interval): "every trial learned \(interval.spelled)"
    case .falseAlarms(let most): "at most \(most) false alarms in all"
    }
  }

  /// The least number of counted trials that it needs.
  public var requiredTrials: Int {
    if case .percentile(let percentile, _) = self {
      OrderStatistics.requiredCount(percentile: percentile)
    } else {
      1
    }
  }

  /// `95`, `99.9`.
  private static func number(_ value: Double) -> String {
    value == value.rounded() ? "\(Int(value))" : "\(value)"
  }
}
