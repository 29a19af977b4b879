import JSON
import Model

/// A report's table as CSV (RFC 4180): UTF-8, LF, a header always, decimal points, empty for unknown.
///
/// Tables of the same name are combined; from a report with tables of several names, it writes those of the first name.
enum CSVFormat {
  static func text(_ report: Report) -> String {
    guard let first = report.tables.first else { return "" }
    let tables = report.tables.filter { $0.name == first.name }
    return (line(header(first)) + tables.map(rows).joined())
  }

  private static func header(_ table: Table) -> [String] {
    table.context.map(\.name) + table.columns.compactMap(\.key)
  }

  private static func rows(_ table: Table) -> String {
    let context = table.context.map { text($0.value) }
    let columns = table.columns.filter { $0.key != nil }
    return (0..<table.rowCount).map { row in
      line(context + columns.map { text($0.cells[row].value) })
    }.joined()
  }

  private static func text(_ value: JSONValue) -> String {
    switch value {
    case .null: ""
    case .bool(let bool): bool ? "true" : "false"
    case .int(let int): "\(int)"
    case .double(let double): double.isFinite ? "\(double)" : ""
    case .seconds(let duration): duration.decimalSeconds
    case .string(let string): string.printable
    case .array, .object: value.line
    }
  }

  private static func line(_ cells: [String]) -> String {
    cells.map { cell in
      cell.contains { $0 == "," || $0 == "\"" } ? "\"\(cell.replacing("\"", with: "\"\""))\"" : cell
    }.joined(separator: ",") + "\n"
  }
}
