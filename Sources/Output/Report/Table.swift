import JSON

/// A table of a report: one row for each item, one column for each of its values.
public struct Table: Sendable {
  /// What its rows are: `detectors`. Tables of one name have the same columns, and are one table for programs.
  public var name: String
  /// The common values of all its rows, for programs: people read them in the title.
  public var context: [JSONValue.Member]
  public var columns: [Column]
  public var rowCount: Int
  public var overflow: Overflow

  /// How a table is fitted that is wider than the terminal.
  public enum Overflow: Sendable, Hashable {
    /// Columns are left out, those of the greatest `Priority` first.
    case drop
    /// It is cut into tables one below the other, each with the first column; the first one with all `kept` columns.
    case stack(kept: Int)
  }

  public struct Column: Sendable {
    /// Its name for programs; nil if it is for people only.
    public var key: String?
    /// The lines of its title, the last one next to the cells; nil if it is for programs only.
    public var title: [StyledText]?
    public var alignment: Alignment
    public var priority: Priority
    public var cells: [Cell]
  }

  public enum Alignment: Sendable, Hashable {
    case left, right
  }

  /// A cell's content: for people, and for programs.
  public struct Cell: Sendable {
    public var text: StyledText
    public var value: JSONValue

    public init(_ text: StyledText?, _ value: JSONValue = .null) {
      self.text = text ?? ""
      self.value = value
    }

    public static func text(_ text: String?, _ colour: Colour? = nil) -> Cell {
      Cell(text.map { StyledText($0, colour) }, .optional(text) { .string($0) })
    }

    public static func count(_ count: Int?) -> Cell {
      Cell(count.map { "\($0)" }, .optional(count) { .count($0) })
    }
  }

  public init(
    _ name: String, context: [JSONValue.Member] = [], columns: [Column], rowCount: Int, overflow: Overflow = .drop
  ) {
    precondition(columns.allSatisfy { $0.cells.count == rowCount }, "a column has a cell for each row")
    self.name = name
    self.context = context
    self.columns = columns
    self.rowCount = rowCount
    self.overflow = overflow
  }

  /// A table of a row for each of `rows`.
  public init<Row>(
    _ name: String, context: [JSONValue.Member] = [], rows: [Row], columns: [ColumnDescription<Row>],
    overflow: Overflow = .drop
  ) {
    self.init(
      name, context: context, columns: columns.map { $0.column(of: rows) }, rowCount: rows.count, overflow: overflow)
  }
}

/// When a column is left out of a table that is too wide: the last case is left out first, and within a case the last
/// column.
public enum Priority: Int, Sendable, Hashable, Comparable, CaseIterable {
  /// Never.
  case always
  case important
  case useful
  /// Columns that only some readers need.
  case detail

  public static func < (left: Priority, right: Priority) -> Bool { left.rawValue < right.rawValue }
}

/// A column of a kind of table: its name, and its value for a row.
public struct ColumnDescription<Row>: Sendable {
  let key: String?
  let title: String?
  let alignment: Table.Alignment
  let priority: Priority
  /// Whether people see it only if its cells differ.
  let isShownIfVaried: Bool
  let cell: @Sendable (Row) -> Table.Cell

  /// - Parameters:
  ///   - key: its name for programs, with the unit: `median_s`; nil if it is for people only.
  ///   - title: its title for people, of several lines; nil if it is for programs only. A column whose cells are all
  ///     empty is not shown.
  public init(
    _ key: String?, _ title: String?, _ alignment: Table.Alignment = .right, _ priority: Priority = .always,
    isShownIfVaried: Bool = false, cell: @escaping @Sendable (Row) -> Table.Cell
  ) {
    self.key = key
    self.title = title
    self.alignment = alignment
    self.priority = priority
    self.isShownIfVaried = isShownIfVaried
    self.cell = cell
  }

  func column(of rows: [Row]) -> Table.Column {
    let cells = rows.map(cell)
    let isShown = !isShownIfVaried || Set(cells.map(\.text.plain)).count > 1
    let lines = title?.split(separator: "\n").map { StyledText(String($0)) }
    return Table.Column(
      key: key, title: isShown ? lines : nil, alignment: alignment, priority: priority, cells: cells)
  }
}
