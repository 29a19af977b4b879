/// A report as GitHub Flavored Markdown.
enum MarkdownFormat {
  static func text(_ report: Report) -> String {
    blocks(report.blocks, level: 2).joined(separator: "\n\n") + "\n"
  }

  /// Each without an empty line before or after it.
  private static func blocks(_ blocks: [Report.Block], level: Int) -> [String] {
    blocks.flatMap { block -> [String] in
      switch block {
      case .section(let title, let content):
        ["\(String(repeating: "#", count: level)) \(escaped(title))"] + Self.blocks(content, level: level + 1)
      case .lines(let lines): [lines.map(escaped).joined(separator: "<br>\n")]
      case .table(let table): [text(table)].filter { !$0.isEmpty }
      case .list(let title, let items):
        (title.map { ["\(escaped($0)):"] } ?? []) + (items.isEmpty ? [] : [list(items.map(escaped))])
      case .definitions(let definitions):
        [list(definitions.map { "\($0.number): \(escaped($0.term)): \(escaped($0.meaning))" })]
      case .verdicts(let verdicts):
        [list(verdicts.map { "**\(escaped($0.word))** \(escaped($0.location)) \(escaped($0.sentence))" })]
      }
    }
  }

  private static func list(_ items: [String]) -> String { items.map { "- \($0)" }.joined(separator: "\n") }

  private static func text(_ table: Table) -> String {
    let columns = table.columns.filter(\.isShown)
    if columns.isEmpty { return "" }
    let titles = columns.map { ($0.title ?? []).map(escaped).joined(separator: "<br>") }
    let alignments = columns.map { $0.alignment == .left ? "---" : "---:" }
    let rows = (0..<table.rowCount).map { row in columns.map { escaped($0.cells[row].text) } }
    return ([titles, alignments] + rows).map { "| \($0.joined(separator: " | ")) |" }.joined(separator: "\n")
  }

  /// Escapes characters that Markdown would interpret (GFM, sections 2.4, 4.10, 6.3, 6.4 and 6.11), so that they stay
  /// text. Line ends are escaped already.
  private static func escaped(_ text: StyledText) -> String {
    var escaped = ""
    for character in text.plain {
      switch character {
      case "\\", "`", "*", "[", "]", "|": escaped += "\\\(character)"
      case "<": escaped += "&lt;"
      case "&": escaped += "&amp;"
      default: escaped.append(character)
      }
    }
    return escaped
  }
}
