import Model

/// The conclusion from trials without a failure: the rule of three (Hanley, Lippman-Hand 1983).
public enum RuleOfThree {
  /// As a sentence, at 95 % confidence.
  public static func remark(cleanTrials trials: Int) -> String {
    guard trials > 3 else {
      let all = trials == 1 ? "the only trial passes" : "all \(trials) trials pass"
      return "if \(all), that says nothing about how often it fails"
    }
    // Rounded up, to at least two figures, so that the statement is true.
    let percent = 300 / Double(trials)
    let spelled = percent >= 10 ? "\(Int(percent.rounded(.up)))" : "\((percent * 10).rounded(.up) / 10)"
    return "if all \(trials) trials pass, it fails in fewer than \(spelled) % of cases, with 95 % confidence"
  }

  /// The lower limit, at 95 % confidence, of the mean time between events if there was none in this time: exp(-3) is
  /// just under 5 %.
  public static func leastMeanTime(cleanTime: Duration) -> Duration { cleanTime / 3 }
}
