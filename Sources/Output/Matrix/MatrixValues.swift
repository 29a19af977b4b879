import JSON
import Model
import Results

/// A matrix for programs. What is unknown or not measured is null; times are in seconds.
enum MatrixValues {
  static func members(_ matrix: Matrix) -> [JSONValue.Member] {
    [
      .init("kernels", .array(matrix.distinct { [$0.kernel] }.map { .string($0) })),
      .init("hz", .array(matrix.distinct(\.hz).map { .int(Int64($0)) })),
      .init("versions", .array(matrix.distinct(\.versions).map { .string($0) })),
      .init("started_first", .optional(matrix.started) { .string($0.lowerBound) }),
      .init("started_last", .optional(matrix.started) { .string($0.upperBound) }),
      .init("columns", .array(matrix.columns.map(value))),
      .init("rows", .array(matrix.rows.map(value))),
    ]
  }

  private static func value(_ column: Matrix.Column) -> JSONValue {
    .object([.init("title", .string(column.title.text))] + SummaryValues.conditions(column.scenario))
  }

  private static func value(_ row: Matrix.Row) -> JSONValue {
    .object([
      .init("detector", .string(row.detector)),
      .init("mechanism", .string(row.mechanism.rawValue)),
      .init("settings", .string(row.settings)),
      .init("mode", .string(row.mode.rawValue)),
      .init("observer", .string(row.observer.rawValue)),
      .init("cells", .array(row.cells.map { .optional($0, value) })),
    ])
  }

  private static func value(_ cell: MatrixCell) -> JSONValue {
    .object([
      .init("text", .string(MatrixWords.text(cell))),
      .init("kind", .string(cell.kind.rawValue)),
      .init("agreeing", .int(Int64(cell.agreeing))),
      .init("median_s", .optional(cell.median) { .seconds($0) }),
      .init("trials", .int(Int64(cell.group.trials))),
      .init("counted", .int(Int64(cell.counted))),
      .init("outcomes", SummaryValues.value(cell.group.outcomes)),
      .init("detection", SummaryValues.value(cell.group.detection)),
      .init("predicted", .optional(cell.group.predicted, SummaryValues.value)),
      .init("outside_prediction", .int(Int64(cell.group.outsidePrediction))),
      .init("worst_case_s", .optional(cell.group.worstCase) { .seconds($0) }),
    ])
  }
}
