import Model
import Output
import Results

/// What a finished run prints on stdout, and the status that it comes to.
struct RunReport {
  let rows: [ResultRow]
  let scenarios: [Scenario]
  /// The detectors that were run, where these are not all.
  let detectors: Set<String>?
  let facts: RunFacts
  let format: ReportFormat
  /// One table over all scenarios instead of one for each.
  let matrix: Bool

  /// Prints the comparison and the expectations.
  func print() -> ExitStatus {
    var builder = SummaryBuilder()
    // In the order of the plan, not in the order in which measurements happened to end.
    for row in inOrder { builder.add(row) }
    let expectations = scenarios.flatMap { ExpectationCheck.results(of: $0, detectors: detectors, rows: rows) }
    if format == .table { Swift.print("\(facts.header)\n") }
    if matrix {
      let summary = builder.summary()
      let table = Matrix(summary)
      Swift.print(MatrixFormat.table.report(table, style: Terminal.style, width: Terminal.width), terminator: "")
      Swift.print(FindingReport.text(summary), terminator: "")
      Swift.print(ExpectationReport.text(expectations, style: Terminal.style), terminator: "")
    } else {
      Swift.print(
        format.report(builder.summary(), expectations: expectations, run: facts, style: Terminal.style), terminator: "")
    }
    let verdict = RunVerdict(expectations, rows: rows)
    switch format {
    case .table:
      Swift.print("\n\(facts.place)")
      if let explanation = verdict.explanation { Swift.print(explanation) }
    case .json:
      // Standard output is the program's; people are told all the same.
      Terminal.complain(facts.place)
      if let explanation = verdict.explanation { Terminal.complain(explanation) }
    }
    return verdict.exitStatus
  }

  private var inOrder: [ResultRow] {
    let position = Dictionary(uniqueKeysWithValues: scenarios.enumerated().map { ($0.element.name, $0) })
    return rows.sorted { left, right in
      key(left, position) < key(right, position)
    }
  }

  private func key(
    _ row: ResultRow, _ position: [String: (offset: Int, element: Scenario)]
  ) -> (Int, Int, Int, Int) {
    guard let (offset, scenario) = position[row.scenario] else { return (.max, 0, 0, 0) }
    let index = scenario.detectors.firstIndex { $0.name == row.detector }
    let observers = index.map { scenario.detectors[$0].observers } ?? []
    return (offset, index ?? .max, observers.firstIndex(of: row.observer) ?? .max, row.trial)
  }
}
