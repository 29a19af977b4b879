import Model

/// Reads the blocks of results files, and keeps their errors.
struct FileParser {
  /// A longer row is treated as a quote that is never closed.
  static let rowLimit = 1 << 20

  private enum Stage {
    case header
    /// The header was wrong; the first row will show whether a newer version wrote it.
    case wrongHeader([ResultsError])
    case rows
    /// Nothing in the rest of the file can be read.
    case abandoned
  }

  private(set) var invalid = InvalidResults(errors: [])
  private let errorLimit: Int
  private var scanner = RowScanner()
  private var decoder = RowDecoder()
  private var keys = KeyRegistry()
  private var file = ""
  private var stage = Stage.header
  private var columnNames: [String] = []
  private var map: ColumnMap?
  /// The schema number of the row read last; nil if it has none.
  private var rowSchema: Int?
  /// The line in which the next row starts, from 1.
  private var line = 1

  init(errorLimit: Int) {
    self.errorLimit = errorLimit
  }

  mutating func beginFile(_ name: String) {
    file = name
    (columnNames, map, rowSchema) = ([], nil, nil)
    stage = .header
    line = 1
    keys.beginFile(name)
  }

  /// Reads the whole rows at the start of `block` and returns how many bytes they take.
  mutating func parse<Failure: Error>(
    _ block: Span<UInt8>, visit: (ResultRow) throws(Failure) -> Void
  ) throws(Failure) -> Int {
    scanner.beginBlock()
    var start = 0
    while start < block.count {
      if case .abandoned = stage { return block.count }
      if case .header = stage, block.count >= 3, block[0] == 0xef, block[1] == 0xbb, block[2] == 0xbf, start == 0 {
        // A byte order mark, as spreadsheets write it.
        start = 3
      }
      switch scanner.scan(block, from: start) {
      case .row(let next):
        if !accept(block) {
          decoder.skipRow()
        } else if let schema = rowSchema, schema < 3, decoder.row.isMissedForNothing {
          try visit(decoder.row.asOfVersion3)
        } else {
          try visit(decoder.row)
        }
        line += 1 + scanner.lineFeedsInside
        start = next
      case .broken(let code, let cell, let next?):
        add(broken(code, cell))
        if case .header = stage { stage = .abandoned }
        line += 1 + scanner.lineFeedsInside
        start = next
      case .incomplete, .broken(_, _, nil):
        guard block.count - start > Self.rowLimit else { return start }
        add(ResultsError(code: .brokenQuoting, file: file, line: line, message: "the line has no end within 1 MiB"))
        stage = .abandoned
      }
    }
    return start
  }

  /// Ends the file; `rest` is what `parse` left over, `isEmpty` whether the file had no bytes at all.
  mutating func endFile(rest: Span<UInt8>, isEmpty: Bool) {
    if case .wrongHeader(let errors) = stage { errors.forEach { add($0) } }
    if isEmpty {
      add(ResultsError(code: .emptyFile, file: file, line: 1, message: "the file is empty (expected a header)"))
    } else if !rest.isEmpty {
      add(errorInRest(rest))
    }
    stage = .abandoned
  }

  mutating func add(_ error: ResultsError) {
    invalid.add(error, limit: errorLimit)
  }
}

// One row.
extension FileParser {
  /// Takes the row that the scanner found; returns whether it is valid.
  private mutating func accept(_ block: Span<UInt8>) -> Bool {
    switch stage {
    case .header: readHeader(block)
    case .wrongHeader(let errors): explain(errors, block)
    case .rows: return readRow(block)
    case .abandoned: break
    }
    return false
  }

  private mutating func readHeader(_ block: Span<UInt8>) {
    guard scanner.cellCount <= scanner.cells.count else {
      abandon(.wrongHeader, "\(scanner.cellCount) columns (\(scanner.cells.count) are the most that is read)")
      return
    }
    columnNames = []
    for (column, cell) in scanner.cells.prefix(scanner.cellCount).enumerated() {
      guard let name = String.validUTF8(RowDecoder.unescaped(cell, in: block).span) else {
        abandon(.notUTF8, column: column, "the header is not UTF-8 (save the file as UTF-8)")
        return
      }
      columnNames.append(name)
    }
    guard let map = ColumnMap(header: columnNames) else {
      stage = .wrongHeader(HeaderCheck.errors(in: columnNames, file: file))
      return
    }
    self.map = map
    decoder.beginRows(of: map)
    stage = .rows
  }

  private mutating func abandon(_ code: ResultsError.Code, column: Int = 0, _ message: String) {
    add(ResultsError(code: code, file: file, line: line, column: column + 1, message: message))
    stage = .abandoned
  }

  /// Reports what is wrong with a header once its first row is known.
  private mutating func explain(_ errors: [ResultsError], _ block: Span<UInt8>) {
    if let newer = newerSchema(block) { add(newer) } else { errors.forEach { add($0) } }
    stage = .abandoned
  }

  /// The number of the row's schema; nil if there is no number.
  private func schema(_ block: Span<UInt8>) -> Int? {
    let index = map?.schemaIndex ?? columnNames.firstIndex(of: "schema") ?? 0
    guard index < min(scanner.cellCount, scanner.cells.count) else { return nil }
    let cell = scanner.cells[index]
    return Int.decode(block.extracting(cell.start..<cell.end))
  }

  private func newerSchema(_ block: Span<UInt8>) -> ResultsError? {
    guard let schema = schema(block), schema > ResultsSchema.version else { return nil }
    return ResultsError(
      code: .newerSchema, file: file, line: line,
      message: "written by a newer flatline: schema \(schema), and this one reads \(ResultsSchema.version) (update it)")
  }

  private mutating func readRow(_ block: Span<UInt8>) -> Bool {
    guard let map else { return false }
    // A file's rows usually repeat it.
    if rowSchema == nil || !scanner.cells[map.schemaIndex].isRepeated { rowSchema = schema(block) }
    if let schema = rowSchema, schema > map.version {
      let missing =
        schema > ResultsSchema.version
        ? [newerSchema(block)].compactMap { $0 } : HeaderCheck.missing(among: columnNames, version: schema, file: file)
      missing.forEach { add($0) }
      stage = .abandoned
      return false
    }
    let expected = decoder.columnCount
    guard scanner.cellCount == expected else {
      let found = scanner.cellCount
      let message =
        scanner.cells.prefix(found).allSatisfy { $0.start == $0.end }
        ? "an empty line (delete it)" : "\(found) cells (expected \(expected), one for each column)"
      add(ResultsError(code: .fieldCount, file: file, line: line, column: min(found, expected), message: message))
      return false
    }
    let schema = scanner.cells[map.schemaIndex]
    if block.extracting(schema.start..<schema.end).equals("schema") {
      add(
        ResultsError(
          code: .wrongSchema, file: file, line: line,
          message: "a second header (give the files to summarize together, or join them without their headers)"))
      return false
    }
    let errors = decoder.decode(scanner.cells, in: block)
    for error in errors {
      add(
        ResultsError(
          code: error.column == map.schemaIndex ? .wrongSchema : error.code, file: file, line: line,
          column: error.column + 1,
          message: error.message))
    }
    guard errors.isEmpty else { return false }
    let before = keys.register(scanner.cells, map.keyIndices, in: block, trial: decoder.row.trial, line: line)
    guard let before else { return true }
    add(
      ResultsError(
        code: .duplicateKey, file: file, line: line, column: (map.index(of: "plan") ?? 0) + 1,
        message: "the same \(ResultsSchema.keyColumnNames.joined(separator: ", ")) as in \(before)"))
    return false
  }

  private func broken(_ code: ResultsError.Code, _ cell: Int) -> ResultsError {
    let message =
      code == .carriageReturn
      ? "a carriage return within the row (expected LF or CR LF at its end only)"
      : "a quote in the wrong place (expected the whole cell in quotes, and quotes in it doubled)"
    return ResultsError(code: code, file: file, line: line, column: cell + 1, message: message)
  }

  private mutating func errorInRest(_ rest: Span<UInt8>) -> ResultsError {
    scanner.beginBlock()
    let hasLineFeed = rest.indices.contains { rest[$0] == .lineFeed }
    switch scanner.scan(rest, from: 0) {
    case .broken(let code, let cell, _):
      return broken(code, cell)
    case .incomplete(inQuotes: true) where hasLineFeed:
      return ResultsError(
        code: .brokenQuoting, file: file, line: line, column: scanner.cellCount + 1,
        message: "a quote that opens here is never closed")
    case .incomplete, .row:
      return ResultsError(
        code: .truncated, file: file, line: line,
        message: "the last line is cut off, as a killed run leaves it (delete the line; the rows before it are whole)")
    }
  }
}
