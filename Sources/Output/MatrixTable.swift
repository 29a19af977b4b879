import Model
import Results

/// A matrix as text that fits a terminal.
///
/// Where the columns' titles make it too wide they become numbers, explained below; where it is too wide even so it is
/// split into several tables.
enum MatrixTable {
  static func text(_ matrix: Matrix, style: TextStyle, width: Int) -> String {
    if matrix.columns.isEmpty { return "no rows\n" }
    let all = Array(matrix.columns.indices)
    let titled = table(matrix, all, numbered: false, withSettings: true)
    let isNumbered = titled.width + 2 > width
    let tables = isNumbered ? numberedTables(matrix, width: width - 2) : [titled]
    var lines = ["median detection time, faults across and detectors down", MatrixWords.conditions(matrix)]
    for table in tables { lines += [""] + table.lines(style).map { "  \($0)" } }
    lines.append("")
    lines += columnLegend(matrix, numbered: isNumbered, width: width - 2).map { "  \($0)" }
    lines.append("")
    lines += MatrixWords.legend(matrix).map { "  \($0)" }
    return lines.map { $0 + "\n" }.joined()
  }

  private static func numberedTables(_ matrix: Matrix, width: Int) -> [TextTable] {
    var tables: [TextTable] = []
    var rest = matrix.columns.indices[...]
    while !rest.isEmpty {
      // Settings once are enough.
      let isFirst = tables.isEmpty
      func table(_ count: Int) -> TextTable {
        Self.table(matrix, Array(rest.prefix(count)), numbered: true, withSettings: isFirst)
      }
      var count = 1
      while count < rest.count, table(count + 1).width <= width { count += 1 }
      tables.append(table(count))
      rest = rest.dropFirst(count)
    }
    return tables
  }

  private static func table(_ matrix: Matrix, _ columns: [Int], numbered: Bool, withSettings: Bool) -> TextTable {
    var table = TextTable(rowCount: matrix.rows.count)
    table.addColumn("detector", .left, matrix.rows.map { StyledText(MatrixWords.name($0)) })
    if withSettings { table.addColumn("settings", .left, matrix.rows.map { StyledText($0.settings) }) }
    for column in columns {
      let title = numbered ? "\(column + 1)" : matrix.columns[column].title.parts.joined(separator: "\n")
      table.addColumn(
        title, .right,
        matrix.rows.map { StyledText(MatrixWords.text($0.cells[column]), MatrixWords.colour($0.cells[column])) })
    }
    return table
  }

  /// A line for each column, or two where one would be too long.
  private static func columnLegend(_ matrix: Matrix, numbered: Bool, width: Int) -> [String] {
    var table = TextTable(rowCount: matrix.columns.count)
    if numbered { table.addColumn("", .right, matrix.columns.indices.map { StyledText("\($0 + 1)") }) }
    table.addColumn("", .left, matrix.columns.map { StyledText($0.title.text) })
    let names = table
    let conditions = matrix.columns.map { MatrixWords.conditions($0.scenario) }
    table.addColumn("", .left, conditions.map { StyledText($0) })
    if table.width <= width { return table.lines(.plain) }
    return zip(names.lines(.plain), conditions).flatMap { [$0, "    \($1)"] }
  }
}
