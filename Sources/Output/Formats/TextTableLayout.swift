/// How a table is fitted into a terminal.
///
/// Columns are left out, or the table is cut into several; if it is still too wide, cells of the widest left-aligned
/// column are wrapped. A note names what is left out.
struct TextTableLayout {
  private let table: Table
  private let width: Int?

  init(_ table: Table, width: Int?) {
    self.table = table
    self.width = width
  }

  func lines(_ style: TextStyle) -> [String] {
    let shown = table.columns.filter(\.isShown)
    if shown.isEmpty { return [] }
    guard let width, text(shown).width > width else { return text(shown).lines(style) }
    switch table.overflow {
    case .drop:
      let kept = dropping(from: shown, to: width)
      return wrapped(kept, to: width).lines(style) + note(omitting: shown, kept)
    case .stack(let count):
      return stacked(shown, kept: count, width: width, style)
    }
  }

  private func text(_ columns: [Table.Column]) -> TextTable {
    var text = TextTable(rowCount: table.rowCount)
    for column in columns { text.addColumn(column.title ?? [], column.alignment, column.cells.map(\.text)) }
    return text
  }

  private func dropping(from columns: [Table.Column], to width: Int) -> [Table.Column] {
    var kept = columns
    while text(kept).width > width {
      guard let least = kept.map(\.priority).max(), least > .always,
        let last = kept.lastIndex(where: { $0.priority == least })
      else { break }
      kept.remove(at: last)
    }
    return kept
  }

  private func note(omitting all: [Table.Column], _ kept: [Table.Column]) -> [String] {
    let names = Set(kept.map(\.name))
    let omitted = all.map(\.name).filter { !names.contains($0) }
    return omitted.isEmpty
      ? []
      : StyledText("(not shown: \(omitted.joined(separator: ", ")); --wide shows all)").wrapped(to: width ?? .max).map(
        \.plain)
  }

  /// With the widest left-aligned column but the first cut into lines, as far as its words allow.
  private func wrapped(_ columns: [Table.Column], to width: Int) -> TextTable {
    let excess = text(columns).width - width
    let candidates = columns.indices.dropFirst().filter { columns[$0].alignment == .left }
    guard excess > 0, let widest = candidates.max(by: { columns[$0].width < columns[$1].width }) else {
      return text(columns)
    }
    let room = max(1, columns[widest].width - excess)
    let cells = columns[widest].cells.map { $0.text.wrapped(to: room) }
    let height = cells.map(\.count)
    var text = TextTable(rowCount: height.reduce(0, +))
    for (index, column) in columns.enumerated() {
      let lines = column.cells.indices.flatMap { row -> [StyledText] in
        if index == widest { return cells[row] }
        let empty = Array(repeating: StyledText(""), count: height[row] - 1)
        return [column.cells[row].text] + empty
      }
      text.addColumn(column.title ?? [], column.alignment, lines)
    }
    return text
  }

  /// Tables one below the other. Titles shrink to their first line, which distinguishes them.
  private func stacked(_ columns: [Table.Column], kept: Int, width: Int, _ style: TextStyle) -> [String] {
    var head = Array(columns.prefix(kept))
    var rest = columns.dropFirst(kept).map { column in
      var short = column
      short.title = column.title.map { Array($0.prefix(1)) }
      return short
    }[...]
    // Columns that describe the rows are left out if the tables would otherwise have no room for a column of their own.
    let all = head
    while head.count > 1, let first = rest.first, text(head + [first]).width > width { head.removeLast() }
    var lines: [String] = []
    let omitted = note(omitting: all, head)
    while !rest.isEmpty {
      var count = 1
      while count < rest.count, text(head + rest.prefix(count + 1)).width <= width { count += 1 }
      if !lines.isEmpty { lines.append("") }
      lines += text(head + rest.prefix(count)).lines(style)
      rest = rest.dropFirst(count)
      head = Array(head.prefix(1))
    }
    return lines + omitted
  }
}

extension Table.Column {
  /// Whether people see it: it has a title, and some cell is not empty.
  var isShown: Bool { title != nil && cells.contains { !$0.text.isEmpty } }

  /// Its title in one line.
  var name: String { (title ?? []).map(\.plain).joined(separator: " ") }

  var width: Int { cells.map(\.text.width).max() ?? 0 }
}
