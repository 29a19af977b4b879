import Model

/// What trials without a failure show: the rule of three (Hanley, Lippman-Hand 1983).
public enum RuleOfThree {
  /// As a sentence, at 95 % confidence.
  public static func remark(cleanTrials trials: Int) -> String {
    guard trials > 3 else {
      return "\(trials) clean \(trials == 1 ? "trial says" : "trials say") nothing about how often it fails"
    }
    return "\(trials) clean trials show a failure probability below 3/\(trials) at 95 % confidence"
  }

  /// The mean time between events, at least, at 95 % confidence, when none came in this time: exp(-3) is just under 5 %.
  public static func leastMeanTime(cleanTime: Duration) -> Duration { cleanTime / 3 }
}
