import Model

/// Writes results as CSV (RFC 4180): UTF-8, LF, header always.
///
/// Text that every row has must not be empty (only `settings` may be): the reader treats an empty cell as missing.
public enum CSVEncoder {
  /// The header line, with its line end.
  public static let header: [UInt8] = Array(ResultsSchema.columnNames.joined(separator: ",").utf8) + [.lineFeed]

  /// A whole file: the header and these rows.
  public static func file(_ rows: some Sequence<ResultRow>) -> [UInt8] {
    rows.reduce(into: header) { append($1, to: &$0) }
  }

  /// A row, with its line end.
  public static func row(_ row: ResultRow) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(512)
    append(row, to: &bytes)
    return bytes
  }

  /// Appends a row, with its line end.
  public static func append(_ row: ResultRow, to bytes: inout [UInt8]) {
    var isFirst = true
    for column in ResultsSchema.columns {
      if !isFirst { bytes.append(.comma) }
      isFirst = false
      column.encode(row, &bytes)
    }
    bytes.append(.lineFeed)
  }
}
