import Model

extension ExpectationCheck {
  /// Judges a percentile of the detection time by its one-sided 95 % upper bound.
  ///
  /// Unlike the statistics, it must not look better because of trials that a detector missed:
  /// - `late` counts with its detection time, `missed` as never;
  /// - `survived` counts as never if the effect lasted for `within` or longer, as it should have been detected then;
  ///   a shorter effect says nothing, and the trial is left out;
  /// - `unaffected` had nothing to detect, and is left out;
  /// - a false alarm is not a detection time, and has a separate expectation.
  static func judgePercentile(
    _ percentile: Double, _ within: Duration, _ counted: [ResultRow], of rows: [ResultRow]
  ) -> Judgement {
    var sample = Sample()
    for row in counted {
      switch row.outcome {
      case .detected, .late:
        if let detection = row.detection { sample.insert(detection) }
      case .missed:
        sample.insert(beyond: row.observed ?? .zero)
      case .survived:
        if let effect = row.effectDuration, effect >= within { sample.insert(beyond: effect) }
      case .unaffected, .falseAlarm, .error:
        break
      }
    }
    let times = sample.sorted()
    let needed = OrderStatistics.requiredCount(percentile: percentile)
    guard let bound = times.upperBound(percentile: percentile) else {
      return (.inconclusive, tooFew(needed, times.count, rows))
    }
    switch bound {
    case .at(let time) where time <= within:
      return (.passed, "its 95 % upper bound is \(time.rounded(against: within)) s in \(times.count) trials")
    case .at(let time):
      return (.failed, "its 95 % upper bound is \(time.rounded(against: within)) s in \(times.count) trials")
    case .beyond(let limit) where limit < within:
      return (.inconclusive, "the window was over after \(limit.rounded) s, before it could be decided")
    case .beyond(let limit):
      let missing = times.count - times.measuredCount
      return (
        .failed,
        "its 95 % upper bound is beyond \(limit.rounded) s, as \(missing) of \(times.count) trials did not detect"
      )
    }
  }
}

extension ResultRow {
  /// From t0 to the last heal; nil without a heal.
  fileprivate var effectDuration: Duration? {
    guard let faultAt, let healAt else { return nil }
    return healAt - faultAt
  }
}
