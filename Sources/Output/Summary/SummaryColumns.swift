import JSON
import Model
import Results

/// The summary's table for one detector: one entry for each column.
enum SummaryColumns {
  typealias Column = ColumnDescription<GroupSummary>
  typealias Cell = Table.Cell

  static let all: [Column] = [subject, counts, detection, prediction, reaction, cost].flatMap { $0 }

  private static let subject: [Column] = [
    Column("detector", "detector", .left) { .text($0.detector) },
    Column("observer", "observer", .left, isShownIfVaried: true) { .text($0.observer.rawValue) },
    Column("mode", "mode", .left, isShownIfVaried: true) { .text($0.mode.rawValue) },
    Column("mechanism", nil) { .text($0.mechanism.rawValue) },
    Column("settings", nil) { .text($0.settings) },
  ]

  private static let counts: [Column] =
    [
      Column("trials", nil) { .count($0.trials) },
      // Rows that do not count are listed below the table.
      Column("counted", "n") { .count($0.counted) },
      Column(nil, "outcomes", .left) { Cell(OutcomeWords.spelled($0)) },
    ]
    + Outcome.allCases.map { outcome in
      Column(outcome.rawValue.replacing("-", with: "_"), nil) { .count($0.outcomes[outcome]) }
    }

  private static let detection: [Column] = [
    Column("median_s", "median\ns") { .time($0.detection.median, $0.neverDetected ? "never" : nil) },
    Column("median_censored", nil) { .isCensored($0.detection.median) },
    Column(nil, "its 95 %\nCI, s", .right, .important) { group in
      Cell(
        group.neverDetected
          ? nil
          : group.detection.medianInterval.map { StyledText(rangeSpelled($0.lower.spelled, $0.upper.spelled)) })
    },
    Column("median_ci95_lower_s", nil) { .time($0.detection.medianInterval?.lower) },
    Column("median_ci95_upper_s", nil) { .time($0.detection.medianInterval?.upper) },
    Column("p95_s", "p95\ns") { .time($0.detection.p95, $0.neverDetected ? "" : nil) },
    Column("p95_censored", nil) { .isCensored($0.detection.p95) },
    Column(nil, "min..max\ns", .right, .useful) { Cell(range($0.detection).map { StyledText($0) }) },
    Column("min_s", nil) { .time($0.detection.min) },
    Column("max_s", nil) { .time($0.detection.max) },
    Column("max_censored", nil) { .isCensored($0.detection.max) },
  ]

  private static let prediction: [Column] = [
    Column(nil, "predicted\ns", .right, .important) { Cell($0.predicted.map { StyledText($0.spelled) }) },
    Column("predicted_min_s", nil) { .duration($0.predicted?.range?.lowerBound) },
    Column("predicted_max_s", nil) { .duration($0.predicted?.range?.upperBound) },
    Column("predicted_never", nil) { Cell(nil, .optional($0.predicted) { .bool($0 == .never) }) },
    Column("outside_prediction", nil) { .count($0.outsidePrediction) },
    Column("worst_case_s", "worst\ncase s") { .duration($0.worstCase) },
  ]

  private static let reaction: [Column] = [
    Column("recovery_median_s", "recovery\ns", .right, .useful) { .time($0.recovery.median) },
    Column("failover_median_s", "failover\ns", .right, .useful) { .time($0.failover.median) },
    Column("clients_failed_over", "clients\nover", .right, .useful) { group in
      Cell(
        group.herd.map { "\($0.failedOver)/\($0.clients)" }, .optional(group.herd) { .count($0.failedOver) })
    },
    Column("clients", nil) { .count($0.herd?.clients) },
    Column("last_failover_median_s", "the last\ns", .right, .detail) { .time($0.herd?.lastFailover.median) },
    Column("failed_attempts", "failed\nattempts", .right, .detail) { .count($0.failedAttempts) },
    Column("learned_interval_median_s", "learned\ns", .right, .detail) { .time($0.learnedInterval.median) },
    Column("requests_lost", "lost\nof sent", .right, .useful) { group in
      Cell(
        group.requestsLost.map { "\($0)/\(group.requestsSent ?? 0)" }, .optional(group.requestsLost) { .count($0) })
    },
    Column("requests_sent", nil) { .count($0.requestsSent) },
  ]

  private static let cost: [Column] = [
    Column("segments_per_hour", "segs\n/h", .right, .detail) { .rate($0.segmentsPerHour) },
    Column("bytes_per_hour", "bytes\n/h", .right, .detail) { .rate($0.wireBytesPerHour) },
    Column("lag_max_s", nil) { .duration($0.lagMax) },
  ]

  private static func range(_ times: TimeStatistics) -> String? {
    guard let min = times.min, let max = times.max else { return nil }
    if case .beyond = min { return min.spelled }
    return rangeSpelled(min.spelled, max.spelled)
  }
}

extension Table.Cell {
  /// Seconds, or a limit that is exceeded.
  ///
  /// - Parameter word: the text for people instead.
  static func time(_ time: Bounded?, _ word: String? = nil) -> Table.Cell {
    Table.Cell((word ?? time?.spelled).map { StyledText($0) }, .optional(time) { .seconds($0.duration) })
  }

  static func isCensored(_ time: Bounded?) -> Table.Cell {
    Table.Cell(nil, .optional(time) { if case .beyond = $0 { .bool(true) } else { .bool(false) } })
  }

  static func duration(_ duration: Duration?) -> Table.Cell {
    Table.Cell(duration.map { StyledText($0.thousandths) }, .optional(duration) { .seconds($0) })
  }

  static func rate(_ rate: Double?) -> Table.Cell {
    Table.Cell(
      rate.map { $0 < 1e15 ? "\(Int64($0.rounded()))" : "\($0)" }, .optional(rate) { .double($0) })
  }
}

/// How often which outcome occurred, in words.
enum OutcomeWords {
  /// `8 detected, 2 missed`; for false alarms also the reason: `3 false-alarm (slow)`.
  static func spelled(_ group: GroupSummary) -> StyledText {
    let words = group.outcomes.entries.map { entry in
      var parts: [StyledText] = ["\(entry.count)", StyledText(entry.word.rawValue, entry.word.colour)]
      let reasons = group.reasons.entries.filter { $0.outcome == entry.word && $0.outcome == .falseAlarm }
      let spelled = reasons.map { $0.count == entry.count ? $0.reason : "\($0.count) \($0.reason)" }
      if !spelled.isEmpty { parts.append(StyledText("(\(spelled.joined(separator: ", ")))")) }
      return StyledText(joining: parts, separator: " ")
    }
    return StyledText(joining: words, separator: ", ")
  }
}
