/// Aligned columns of text, two spaces apart. Columns without any content are left out.
struct TextTable: Sendable {
  private struct Column {
    /// The lines of its title, the last one next to the cells.
    var title: [StyledText]
    var alignment: Table.Alignment
    var cells: [StyledText]
    var width: Int

    func padded(_ text: StyledText, _ style: TextStyle) -> String {
      let space = String(repeating: " ", count: max(0, width - text.width))
      return alignment == .left ? text.rendered(style) + space : space + text.rendered(style)
    }
  }

  private var columns: [Column] = []
  private let rowCount: Int

  init(rowCount: Int) {
    self.rowCount = rowCount
  }

  /// Adds a column of one cell for each row; `title` may have several lines, or none.
  mutating func addColumn(_ title: [StyledText], _ alignment: Table.Alignment, _ cells: [StyledText]) {
    precondition(cells.count == rowCount, "a column has a cell for each row")
    guard cells.contains(where: { !$0.isEmpty }) else { return }
    let width = (title + cells).map(\.width).max() ?? 0
    columns.append(Column(title: title, alignment: alignment, cells: cells, width: width))
  }

  /// Its width in columns of a terminal.
  var width: Int { columns.reduce(0) { $0 + $1.width } + 2 * max(columns.count - 1, 0) }

  /// Title lines and rows, without trailing spaces.
  func lines(_ style: TextStyle) -> [String] {
    let height = columns.map(\.title.count).max() ?? 0
    let titles = (0..<height).map { line in
      columns.map { column in
        let index = line - (height - column.title.count)
        return column.padded(index < 0 ? "" : column.title[index], style)
      }
    }
    let rows = (0..<rowCount).map { row in columns.map { $0.padded($0.cells[row], style) } }
    return (titles + rows).map { cells in
      let line = cells.joined(separator: "  ")
      return String(line.prefix(line.count - line.reversed().prefix { $0 == " " }.count))
    }
  }
}
