/// Finds the cells of one row after another in a block of CSV (RFC 4180).
struct RowScanner {
  /// The position of a cell's text in the block, without its quotes.
  struct Cell {
    var start = 0
    var end = 0
    var isQuoted = false
    /// It holds doubled quotes that stand for single ones.
    var hasEscapes = false
    /// It has the bytes of the same cell in the row before, in the same block.
    var isRepeated = false
  }

  enum Result {
    /// `cells` are set; the next row starts at `next`.
    case row(next: Int)
    /// The block ends before the row does, within quotes or not.
    case incomplete(inQuotes: Bool)
    /// The row is invalid in its cell number `cell` (from 0); the next line starts at `next`, nil if it is not in this
    /// block.
    case broken(ResultsError.Code, cell: Int, next: Int?)
  }

  /// The cells of the last row found, the first `cellCount` of these; cells beyond the array's size are only counted.
  private(set) var cells: [Cell]
  private(set) var cellCount = 0
  /// How many line feeds lie within quotes in the last row found.
  private(set) var lineFeedsInside = 0
  /// The cells of the row before; `aboveCount` is 0 if that row was in another block, or invalid.
  private var above: [Cell]
  private var aboveCount = 0

  init() {
    cells = Array(repeating: Cell(), count: 256)
    above = cells
  }

  /// Call this when the next row lies in another block than the last one.
  mutating func beginBlock() {
    cellCount = 0
  }

  /// Finds the cells of the row that starts at `start`. A row ends with LF or CR LF.
  mutating func scan(_ block: Span<UInt8>, from start: Int) -> Result {
    swap(&cells, &above)
    aboveCount = min(cellCount, above.count)
    cellCount = 0
    lineFeedsInside = 0
    var start = start
    while true {
      start = takeRepeatedCells(block, from: start)
      guard start < block.count else { return .incomplete(inQuotes: false) }
      var cell = Cell(start: start, end: start)
      var end: Int
      if block[start] == .quote {
        guard findQuotedCell(&cell, in: block) else { return .incomplete(inQuotes: true) }
        end = cell.end + 1
      } else {
        end = plainCellEnd(block, from: start)
        cell.end = end
      }
      if cellCount < cells.count { cells[cellCount] = cell }
      cellCount += 1
      guard end < block.count else { return .incomplete(inQuotes: false) }
      switch block[end] {
      case .comma:
        start = end + 1
      case .lineFeed:
        return .row(next: end + 1)
      case .carriageReturn:
        guard end + 1 < block.count else { return .incomplete(inQuotes: false) }
        guard block[end + 1] == .lineFeed else { return broken(.carriageReturn, block, at: end) }
        return .row(next: end + 2)
      default:
        return broken(.brokenQuoting, block, at: end)
      }
    }
  }

  /// Takes the cells from `start` on that have the bytes of those above, and returns where the next cell starts.
  ///
  /// Neighbouring rows agree in most cells; comparing is faster than searching, and avoids decoding.
  private mutating func takeRepeatedCells(_ block: Span<UInt8>, from start: Int) -> Int {
    var column = cellCount
    // The last column's cell ends with the line, not with a comma.
    let limit = aboveCount - 1
    guard column < limit, !above[column].isQuoted else { return start }
    let shift = start - above[column].start
    let end = start + block.commonLength(start, above[column].start)
    var next = start
    let above = above
    var target = cells.mutableSpan
    while column < limit {
      var cell = above[column]
      guard cell.end + shift < end, !cell.isQuoted else { break }
      cell.start += shift
      cell.end += shift
      cell.isRepeated = true
      next = cell.end + 1
      target[column] = cell
      column += 1
    }
    cellCount = column
    return next
  }

  /// The index of the first comma, line end or quote; the block's end if there is none.
  private func plainCellEnd(_ block: Span<UInt8>, from start: Int) -> Int {
    let count = block.count
    var index = start
    while index < count {
      // Nearly all bytes are letters and digits, which are greater than all four: skip them eight at a time.
      if index &+ 8 <= count {
        let skipped = block.word(at: index).bytesBeforeOneBelow0x2d
        index &+= skipped
        if skipped == 8 { continue }
      }
      let byte = block[unchecked: index]
      if byte == .comma || byte == .lineFeed || byte == .quote || byte == .carriageReturn { return index }
      index &+= 1
    }
    return index
  }

  /// Finds the end of the cell whose quote opens at its start; false if the block ends before the quote surely closes.
  private mutating func findQuotedCell(_ cell: inout Cell, in block: Span<UInt8>) -> Bool {
    cell.isQuoted = true
    cell.start += 1
    var index = cell.start
    while index < block.count {
      switch block[index] {
      case .quote:
        guard index + 1 < block.count else { return false }
        guard block[index + 1] == .quote else {
          cell.end = index
          return true
        }
        cell.hasEscapes = true
        index += 2
      case .lineFeed:
        lineFeedsInside += 1
        index += 1
      default:
        index += 1
      }
    }
    return false
  }

  private mutating func broken(_ code: ResultsError.Code, _ block: Span<UInt8>, at position: Int) -> Result {
    let next = (position..<block.count).first { block[$0] == .lineFeed }
    let cell = cellCount - 1
    cellCount = 0
    return .broken(code, cell: cell, next: next.map { $0 + 1 })
  }
}
