import Model
import Results

/// How a report is written.
public enum ReportFormat: String, Sendable, Hashable, CaseIterable {
  /// Aligned text for people.
  case table
  /// For programs.
  case json

  /// What rows say and whether that was expected, ended by a line feed.
  ///
  /// - Parameter run: whose rows these are, if they are one run's.
  public func report(
    _ summary: Summary, expectations: [ExpectationResult] = [], run: RunFacts? = nil, style: TextStyle = .plain
  ) -> String {
    switch self {
    case .table:
      let tables = TableReport.text(summary, style: style)
      let checks = ExpectationReport.text(expectations, style: style)
      return [tables, checks].filter { !$0.isEmpty }.joined(separator: "\n")
    case .json:
      return JSONReport.text(summary, expectations: expectations, run: run)
    }
  }

  /// How measurements compare with their predictions, ended by a line feed.
  public func residuals(_ summary: Summary) -> String {
    let residuals = Residuals.byClock(summary)
    switch self {
    case .table: return ResidualReport.text(residuals)
    case .json: return JSONReport.value(residuals).text + "\n"
    }
  }
}
