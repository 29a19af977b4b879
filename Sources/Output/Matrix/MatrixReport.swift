import JSON
import Model
import Results

extension Report {
  /// Faults across, detectors down: what each detector does about each fault.
  ///
  /// - Parameters:
  ///   - summary: the summary from which the matrix was made.
  ///   - run: the run that wrote these rows, if they are of one run in this call: then the rows that need attention are
  ///     listed.
  ///   - closing: lines below everything else, for people.
  public static func matrix(
    _ summary: Summary, expectations: [ExpectationResult] = [], run: RunFacts? = nil, closing: [String] = []
  ) -> Report {
    let matrix = Matrix(summary)
    let more: [JSONValue.Member] =
      run == nil
      ? []
      : [
        .init("run", .optional(run, \.json)),
        .init("expectations", .array(expectations.map(SummaryValues.value))),
      ]
    let findings = run == nil ? [] : MatrixBlocks.findings(summary)
    return Report(
      "matrix",
      blocks: frame(
        MatrixBlocks.blocks(matrix) + findings, expectations: expectations, run: run, closing: closing),
      data: MatrixValues.members(matrix) + more)
  }
}

/// A matrix for people: the table, and the meanings of its columns and cells.
enum MatrixBlocks {
  static func blocks(_ matrix: Matrix) -> [Report.Block] {
    if matrix.columns.isEmpty { return [.lines(["no rows"])] }
    let columns = matrix.columns.enumerated().map { index, column in
      Report.Definition(
        number: index + 1, term: StyledText(column.title.text),
        meaning: StyledText(MatrixWords.conditions(column.scenario)))
    }
    let notes = matrix.columns.flatMap { column in
      SummaryNotes.notes(column.scenario).map { note in
        StyledText(joining: [StyledText("\(column.scenario.scenario)"), note], separator: ": ")
      }
    }
    let blocks: [Report.Block] = [
      .lines([StyledText(MatrixWords.conditions(matrix))]), .table(table(matrix)), .definitions(columns),
      .list(nil, MatrixWords.legend(matrix).map { StyledText($0) }), .lines(notes),
    ]
    return [
      .section("median detection time, faults across and detectors down", blocks.filter { !$0.isEmpty })
    ]
  }

  /// The findings of every scenario that has any, under its name.
  static func findings(_ summary: Summary) -> [Report.Block] {
    summary.scenarios.compactMap { scenario in
      let lists = FindingBlocks.lists(scenario)
      return lists.isEmpty
        ? nil : .section("\(scenario.scenario) (\(scenario.clock.spelled), kernel \(scenario.kernel))", lists)
    }
  }

  private static func table(_ matrix: Matrix) -> Table {
    var columns = [
      Table.Column(
        key: "detector", title: ["detector"], alignment: .left, priority: .always,
        cells: matrix.rows.map { .text(MatrixWords.name($0)) }),
      Table.Column(
        key: "settings", title: ["settings"], alignment: .left, priority: .useful,
        cells: matrix.rows.map { .text($0.settings) }),
    ]
    for (index, column) in matrix.columns.enumerated() {
      columns.append(
        Table.Column(
          key: column.title.text, title: ["\(index + 1)"] + column.title.parts.map { StyledText($0) },
          alignment: .right, priority: .always,
          cells: matrix.rows.map { row in
            .text(MatrixWords.text(row.cells[index]), MatrixWords.colour(row.cells[index]))
          }))
    }
    return Table("matrix", columns: columns, rowCount: matrix.rows.count, overflow: .stack(kept: 2))
  }
}
