import Model
import Output
import Results

/// What a finished run prints on stdout, and its exit status.
struct RunReport {
  let rows: [ResultRow]
  let scenarios: [Scenario]
  /// The detectors that were run, if not all were.
  let detectors: Set<String>?
  let facts: RunFacts
  let options: ReportOptions
  /// One table over all scenarios instead of one for each.
  let matrix: Bool

  /// Prints the comparison and the expectations.
  func print() -> ExitStatus {
    var builder = SummaryBuilder()
    // In the order of the plan, not in the order in which measurements happened to end.
    for row in inOrder { builder.add(row) }
    let summary = builder.summary()
    let expectations = scenarios.flatMap { ExpectationCheck.results(of: $0, detectors: detectors, rows: rows) }
    let verdict = RunVerdict(expectations, rows: rows)
    let closing = [facts.place, verdict.explanation].compactMap { $0 }
    let lines = closing.flatMap { $0.split(separator: "\n").map(String.init) }
    options.print(
      matrix
        ? .matrix(summary, expectations: expectations, run: facts, closing: lines)
        : .summary(summary, expectations: expectations, run: facts, closing: lines))
    // If standard output is for a program, people get this on stderr.
    if !options.format.isForPeople { for text in closing { Terminal.complain(text) } }
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
