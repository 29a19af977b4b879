import Model
import Results

/// A matrix as a table of GitHub Flavored Markdown, with its conditions and explanations as lists.
enum MatrixMarkdown {
  static func text(_ matrix: Matrix) -> String {
    if matrix.columns.isEmpty { return "no rows\n" }
    let titles = ["detector", "settings"] + matrix.columns.map { $0.title.parts.joined(separator: "<br>") }
    let alignments = ["---", "---"] + matrix.columns.map { _ in "---:" }
    let rows = matrix.rows.map { row in
      [MatrixWords.name(row), row.settings] + row.cells.map(MatrixWords.text)
    }
    let table = [titles.map(escaped), alignments] + rows.map { $0.map(escaped) }
    let columns = matrix.columns.map { "- \(escaped($0.title.text)): \(escaped(MatrixWords.conditions($0.scenario)))" }
    let legend = MatrixWords.legend(matrix).map { "- \(escaped($0))" }
    let lines =
      ["Median detection time, faults across and detectors down: \(escaped(MatrixWords.conditions(matrix))).", ""]
      + table.map { "| \($0.joined(separator: " | ")) |" } + ["", "The cells:", ""] + legend
      + ["", "The columns, by scenario:", ""] + columns
    return lines.map { $0 + "\n" }.joined()
  }

  /// A pipe would end the cell (GFM, section 4.10).
  private static func escaped(_ text: String) -> String { text.replacing("|", with: "\\|") }
}
