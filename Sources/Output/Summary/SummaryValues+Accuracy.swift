import JSON
import Model
import Results

// The accuracy of detectors, and of the predictions for them.
extension SummaryValues {
  /// T_MR, T_M and P_A (Chen et al. 2002).
  static func value(_ accuracy: AccuracyMetrics) -> JSONValue {
    .object([
      .init("trials", value(accuracy.trials)),
      .init("accurate_s", .seconds(accuracy.watchedAlive)),
      .init("mistakes", value(accuracy.mistakes)),
      .init("mistake_s", .seconds(accuracy.mistakeTime)),
      .init("mistake_recurrence", .optional(accuracy.mistakeRecurrence, value)),
      .init("mistake_duration_s", .optional(accuracy.mistakeDuration) { .seconds($0) }),
      .init("query_accuracy", .optional(accuracy.queryAccuracy) { .double($0) }),
      .init("false_alarms_per_hour", .optional(accuracy.falseAlarmsPerHour) { .double($0) }),
    ])
  }

  /// Of one clock.
  static func value(_ residuals: Residuals) -> JSONValue {
    .object([
      .init("clock", .string(residuals.clock.rawValue)),
      .init("cells", value(residuals.cells)),
      .init("predicted", value(residuals.predicted)),
      .init("inside", value(residuals.inside)),
      .init("outside", value(residuals.outside)),
      .init("share_inside", .optional(residuals.shareInside) { .double($0) }),
      .init("outliers", .array(residuals.outliers.map(value))),
    ])
  }

  private static func value(_ cell: Residuals.Cell) -> JSONValue {
    .object([
      .init("plan", .string(cell.plan)),
      .init("scenario", .string(cell.scenario)),
      .init("detector", .string(cell.detector)),
      .init("observer", .string(cell.observer.rawValue)),
      .init("mode", .string(cell.mode.rawValue)),
      .init("predicted", value(cell.predicted)),
      .init("outside", value(cell.outside)),
      .init("rows", .array(cell.findings.map(value))),
    ])
  }
}
