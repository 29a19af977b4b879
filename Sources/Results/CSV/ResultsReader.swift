import Model

/// Reads results files strictly, block by block, and hands over one valid row after another.
///
/// Memory does not grow with the files, except by some 4 bytes a row to find duplicate rows.
/// ```
/// var reader = ResultsReader()
/// for each file {
///   reader.beginFile("results.csv")
///   for each block { reader.read(block.span) { summary.add($0) } }
///   reader.endFile()
/// }
/// try reader.check()
/// ```
public struct ResultsReader {
  private var parser: FileParser
  /// Bytes that have been read and not yet parsed.
  private var pending: [UInt8] = []
  private var bytesRead = 0

  /// - Parameter errorLimit: errors beyond this many are counted, not kept.
  public init(errorLimit: Int = 20) {
    parser = FileParser(errorLimit: errorLimit)
  }

  /// Starts a file; rows of later files must differ from those of earlier ones in their key.
  public mutating func beginFile(_ name: String) {
    pending.removeAll(keepingCapacity: true)
    bytesRead = 0
    parser.beginFile(name)
  }

  /// Takes the file's next bytes, any number of them, and visits the valid rows that they complete, in order.
  ///
  /// Blocks of about a megabyte are best. Rows are visited even if others are invalid: ask `check` before relying on
  /// them. After an error thrown by `visit`, the reader can no longer be used.
  public mutating func read<Failure: Error>(
    _ block: Span<UInt8>, visit: (ResultRow) throws(Failure) -> Void
  ) throws(Failure) {
    bytesRead += block.count
    var bytes = pending
    pending = []
    block.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
    let parsed = try parser.parse(bytes.span, visit: visit)
    bytes.removeFirst(parsed)
    pending = bytes
  }

  /// Ends the file, and with it the last line, which must be complete.
  public mutating func endFile() {
    let rest = pending
    parser.endFile(rest: rest.span, isEmpty: bytesRead == 0)
  }

  /// The number of bytes in the complete lines of the current file.
  ///
  /// A file whose only error is `truncated` becomes valid when it is cut to this length.
  public var wholeBytes: Int { bytesRead - pending.count }

  /// Throws all errors of the files so far.
  public func check() throws(InvalidResults) {
    guard parser.invalid.errors.isEmpty else { throw parser.invalid }
  }

  /// All rows of a complete file.
  public static func rows(of bytes: [UInt8], file: String) throws(InvalidResults) -> [ResultRow] {
    var reader = ResultsReader()
    var rows: [ResultRow] = []
    reader.beginFile(file)
    reader.read(bytes.span) { rows.append($0) }
    reader.endFile()
    try reader.check()
    return rows
  }
}
