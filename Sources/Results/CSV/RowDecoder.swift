import Model

/// Turns the cells of rows into observations.
///
/// A cell that repeats the one above it is not decoded again.
struct RowDecoder {
  /// What is wrong with a cell.
  struct CellError {
    /// From 0.
    let column: Int
    let code: ResultsError.Code
    let message: String
  }

  /// The row decoded last, if `decode` returned no error.
  private(set) var row = RowDecoder.blank
  /// Whether `row` holds the values of the row before.
  private var isValid = false
  private var columns = ResultsSchema.columns

  private static let blank = ResultRow(
    version: "", plan: "", run: "", scenario: "", trial: 0, trialsPlanned: 0, seed: 0, startedAt: "", kernel: "", hz: 0,
    path: .direct, family: .ipv4, workload: "", timeline: "", fault: .cablePull, faultTarget: "", detector: "",
    mechanism: .none, settings: "", outcome: .error)

  /// How many cells a row has.
  var columnCount: Int { columns.count }

  /// Call this when the next rows have these columns: columns that a file lacks are nil.
  mutating func beginRows(of map: ColumnMap) {
    columns = map.columns
    row = Self.blank
    isValid = false
  }

  /// Decodes a row that has one cell per column.
  mutating func decode(_ cells: [RowScanner.Cell], in block: Span<UInt8>) -> [CellError] {
    var errors: [CellError] = []
    let table = columns
    let columns = table.span
    for index in columns.indices {
      let cell = cells[index]
      if cell.isRepeated && isValid { continue }
      let isDecoded: Bool
      if cell.hasEscapes {
        isDecoded = columns[index].decode(&row, Self.unescaped(cell, in: block).span)
      } else {
        isDecoded = columns[index].decode(&row, block.extracting(cell.start..<cell.end))
      }
      if !isDecoded { errors.append(error(in: cell, of: index, in: block)) }
    }
    if errors.isEmpty, let error = missingValue() ?? contradiction() { errors.append(error) }
    isValid = errors.isEmpty
    return errors
  }

  /// Call this when a row is not decoded: the next one is not compared with it.
  mutating func skipRow() {
    isValid = false
  }

  /// An error if a value that the row's outcome requires is missing.
  private func missingValue() -> CellError? {
    switch row.outcome {
    case .detected, .late: row.detection == nil ? missing("detection_s") : nil
    case .missed: row.observed == nil ? missing("observed_s") : nil
    case .survived, .unaffected, .falseAlarm, .error: nil
    }
  }

  /// A range whose ends are in the wrong order is invalid.
  private func contradiction() -> CellError? {
    guard let least = row.predictedMin, let most = row.predictedMax, least > most else { return nil }
    return columns.firstIndex { $0.name == "predicted_max_s" }.map { column in
      CellError(column: column, code: .invalidValue, message: "predicted_max_s is less than predicted_min_s")
    }
  }

  private func missing(_ name: String) -> CellError? {
    columns.firstIndex { $0.name == name }.map { column in
      CellError(
        column: column, code: .missingValue,
        message: "\(name) is empty (expected seconds, as the outcome is \(row.outcome.rawValue))")
    }
  }

  private func error(in cell: RowScanner.Cell, of index: Int, in block: Span<UInt8>) -> CellError {
    let column = columns[index]
    let bytes = Self.unescaped(cell, in: block)
    if String.validUTF8(bytes.span) == nil {
      return CellError(column: index, code: .notUTF8, message: "\(column.name) is not UTF-8 (save the file as UTF-8)")
    }
    let text = String(decoding: bytes, as: UTF8.self)
    let remedy = Self.isDecimalComma(text) ? "; save the file with points in numbers, not commas" : ""
    return CellError(
      column: index, code: .invalidValue,
      message:
        "\(column.name) \(text.isEmpty ? "is empty" : "is \(abridged(text))") (expected \(column.expected)\(remedy))")
  }

  private func abridged(_ text: String) -> String {
    (text.count <= 40 ? text : "\(text.prefix(37))...").debugDescription.printable
  }

  /// `3,004127`.
  private static func isDecimalComma(_ text: String) -> Bool {
    let parts = text.split(separator: ",", omittingEmptySubsequences: false)
    return parts.count == 2 && parts.allSatisfy { !$0.isEmpty && $0.utf8.allSatisfy { 0x30...0x39 ~= $0 } }
  }

  /// A cell's bytes, with doubled quotes made single.
  static func unescaped(_ cell: RowScanner.Cell, in block: Span<UInt8>) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(cell.end - cell.start)
    var index = cell.start
    while index < cell.end {
      bytes.append(block[index])
      index += cell.hasEscapes && block[index] == .quote ? 2 : 1
    }
    return bytes
  }
}
