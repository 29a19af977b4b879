import JSON
import Model
import Results

extension Report {
  /// How measurements compare with their predictions: the pooled share of each clock, and every detector with a row
  /// outside.
  public static func residuals(_ summary: Summary) -> Report {
    let clocks = Residuals.byClock(summary)
    let blocks = clocks.flatMap(ResidualBlocks.blocks)
    return Report(
      "residuals", blocks: (blocks.isEmpty ? [.lines(["no row has a prediction"])] : blocks) + [table(clocks)],
      data: [.init("clocks", .array(clocks.map(SummaryValues.value)))])
  }

  /// For spreadsheets; people read it in sentences.
  private static func table(_ clocks: [Residuals]) -> Block {
    typealias Column = ColumnDescription<(clock: Clock, cell: Residuals.Cell)>
    let rows = clocks.flatMap { clock in clock.outliers.map { (clock: clock.clock, cell: $0) } }
    let columns: [Column] = [
      Column("clock", nil) { .text($0.clock.rawValue) },
      Column("plan", nil) { .text($0.cell.plan) },
      Column("scenario", nil) { .text($0.cell.scenario) },
      Column("detector", nil) { .text($0.cell.detector) },
      Column("observer", nil) { .text($0.cell.observer.rawValue) },
      Column("mode", nil) { .text($0.cell.mode.rawValue) },
      Column("predicted", nil) { .count($0.cell.predicted) },
      Column("outside", nil) { .count($0.cell.outside) },
    ]
    return .table(Table("outliers", rows: rows, columns: columns))
  }
}

/// How measurements compare with their predictions, in sentences.
enum ResidualBlocks {
  static func blocks(_ residuals: Residuals) -> [Report.Block] {
    guard let share = residuals.shareInside else { return [] }
    // Rounded down, so that only all rows show 100 %.
    let percent = (share * 1e5).rounded(.down) / 1e3
    let line: StyledText =
      "inside their prediction: \(residuals.inside) of \(residuals.predicted) rows (\(percent) %) on the \(residuals.clock.spelled), of \(residuals.cells) pairs of scenario and detector"
    return [.lines([line])] + residuals.outliers.map(list)
  }

  private static func list(_ cell: Residuals.Cell) -> Report.Block {
    let from = cell.observer == .client ? "" : " (\(cell.observer.rawValue))"
    let items = cell.findings.map { finding in
      let lag = finding.lag.map { ", event loop up to \($0.threeFigures) late" } ?? ""
      return StyledText("\(FindingBlocks.line(finding, showsRun: true))\(lag)")
    }
    let omitted = cell.outside - cell.findings.count
    let more: [StyledText] = omitted > 0 ? ["... and \(omitted) more"] : []
    return .list(
      "\(cell.scenario): \(cell.detector)\(from): \(cell.outside) of \(cell.predicted) outside, plan \(cell.plan)",
      items + more)
  }
}
