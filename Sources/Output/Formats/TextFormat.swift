/// A report as aligned text.
struct TextFormat {
  let style: TextStyle
  /// nil: tables may have any width.
  let width: Int?

  func text(_ report: Report) -> String {
    lines(report.blocks, indent: 0).map { $0 + "\n" }.joined()
  }

  /// Blocks are separated by an empty line; the first block of a section directly follows its title.
  private func lines(_ blocks: [Report.Block], indent: Int) -> [String] {
    var all: [String] = []
    for block in blocks {
      let lines = lines(block, indent: indent)
      if lines.isEmpty { continue }
      if !all.isEmpty { all.append("") }
      all += lines
    }
    return all
  }

  private func lines(_ block: Report.Block, indent: Int) -> [String] {
    switch block {
    case .section(let title, let blocks):
      return [title.rendered(style)] + lines(blocks, indent: indent + 2).map { $0.isEmpty ? "" : "  \($0)" }
    case .lines(let lines): return lines.map { $0.rendered(style) }
    case .table(let table):
      return TextTableLayout(table, width: width.map { $0 - indent }).lines(style)
    case .list(nil, let items): return items.map { $0.rendered(style) }
    case .list(let title?, let items):
      return [title.rendered(style)] + items.map { "  \($0.rendered(style))" }
    case .definitions(let definitions): return lines(definitions, indent: indent)
    case .verdicts(let verdicts):
      var table = TextTable(rowCount: verdicts.count)
      table.addColumn([], .left, verdicts.map(\.word))
      table.addColumn([], .left, verdicts.map(\.location))
      table.addColumn([], .left, verdicts.map(\.sentence))
      return table.lines(style)
    }
  }

  /// A line for each, or two if one would be too long.
  private func lines(_ definitions: [Report.Definition], indent: Int) -> [String] {
    var table = TextTable(rowCount: definitions.count)
    table.addColumn([], .right, definitions.map { "\($0.number)" })
    table.addColumn([], .left, definitions.map(\.term))
    let names = table
    table.addColumn([], .left, definitions.map(\.meaning))
    guard let width, table.width > width - indent else { return table.lines(style) }
    return zip(names.lines(style), definitions).flatMap { [$0, "    \($1.meaning.rendered(style))"] }
  }
}
