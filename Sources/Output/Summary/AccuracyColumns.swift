import JSON
import Model
import Results

/// A detector in mode `watch`.
struct WatchingGroup {
  let group: GroupSummary
  let accuracy: AccuracyMetrics

  /// nil if it did not watch.
  init?(_ group: GroupSummary) {
    guard let accuracy = group.accuracy else { return nil }
    self.group = group
    self.accuracy = accuracy
  }
}

/// The accuracy of the detectors in mode `watch` (Chen et al. 2002): a second table under a scenario's first.
enum AccuracyColumns {
  typealias Column = ColumnDescription<WatchingGroup>

  static let all: [Column] = [
    Column("detector", "accuracy of", .left) { .text($0.group.detector) },
    Column("observer", "observer", .left, isShownIfVaried: true) { .text($0.group.observer.rawValue) },
    Column("watched_s", "watched\ns") { .duration($0.accuracy.watchedAlive) },
    Column("mistakes", "mistakes") { .count($0.accuracy.mistakes) },
    Column("median_s", "T_D median\ns") { .time($0.group.detection.median, $0.group.neverDetected ? "never" : nil) },
    Column(nil, "its 95 %\nCI, s", .right, .useful) { watching in
      Table.Cell(
        watching.group.neverDetected
          ? nil
          : watching.group.detection.medianInterval.map {
            StyledText(rangeSpelled($0.lower.spelled, $0.upper.spelled))
          })
    },
    Column("p95_s", "T_D p95\ns", .right, .important) {
      .time($0.group.detection.p95, $0.group.neverDetected ? "" : nil)
    },
    Column("mistake_recurrence_s", "T_MR\ns") { .time($0.accuracy.mistakeRecurrence) },
    Column("mistake_duration_s", "T_M\ns", .right, .important) { .duration($0.accuracy.mistakeDuration) },
    Column("query_accuracy", "P_A") { watching in
      Table.Cell(
        watching.accuracy.queryAccuracy.map { StyledText(probability($0)) },
        .optional(watching.accuracy.queryAccuracy) { .double($0) })
    },
    Column("false_alarms_per_hour", "false\nalarms/h", .right, .useful) { watching in
      Table.Cell(
        watching.accuracy.falseAlarmsPerHour.map { "\(($0 * 10).rounded() / 10)" },
        .optional(watching.accuracy.falseAlarmsPerHour) { .double($0) })
    },
  ]

  /// To six decimals, rounded down, so that only a detector without a mistake shows 1.
  private static func probability(_ value: Double) -> String { "\((value * 1e6).rounded(.down) / 1e6)" }
}
