import Model

extension ExpectationCheck {
  /// Judges P_A over all trials together.
  static func judgeQueryAccuracy(_ least: Double, _ counted: [ResultRow], of rows: [ResultRow]) -> Judgement {
    if counted.isEmpty { return (.inconclusive, tooFew(1, 0, rows)) }
    var metrics = AccuracyMetrics()
    for row in counted { metrics.add(row) }
    guard let accuracy = metrics.queryAccuracy else {
      return (.inconclusive, "no trial says how long it was right (expected mode watch)")
    }
    return (
      accuracy < least ? .failed : .passed,
      "P_A is \(spelled(accuracy)) over \(metrics.watchedAlive.rounded) s in \(metrics.trials) trials"
    )
  }

  /// To six decimals, rounded down, so that only a detector without a mistake shows 1.
  private static func spelled(_ probability: Double) -> String {
    "\((probability * 1e6).rounded(.down) / 1e6)"
  }
}
