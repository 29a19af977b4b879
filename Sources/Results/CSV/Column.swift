import Model

/// One column of the results file: its name, and how its cells are written and read.
struct Column: Sendable {
  /// Appends a row's cell.
  typealias Encode = @Sendable (ResultRow, inout [UInt8]) -> Void
  /// Sets a row's value from its cell, given without quotes; false, and the row as it was, if the cell is invalid.
  typealias Decode = @Sendable (inout ResultRow, Span<UInt8>) -> Bool

  let name: String
  /// What its cells must hold.
  let expected: String
  let encode: Encode
  let decode: Decode

  init(_ name: String, expected: String, encode: @escaping Encode, decode: @escaping Decode) {
    self.name = name
    self.expected = expected
    self.encode = encode
    self.decode = decode
  }

  /// A property of a row. (A writable key path would spell it once, but setting through one takes longer than decoding.)
  init<Value: CSVValue>(
    _ name: String, _ value: @escaping @Sendable (ResultRow) -> Value, decode: @escaping Decode
  ) {
    self.init(name, expected: Value.expected, encode: { value($0).encode(into: &$1) }, decode: decode)
  }

  /// A number within bounds.
  init<Value: BoundedCSVValue>(
    _ name: String, _ value: @escaping @Sendable (ResultRow) -> Value, _ bounds: ClosedRange<Value>,
    decode: @escaping Decode
  ) {
    self.init(
      name, expected: Value.expected(in: bounds), encode: { value($0).encode(into: &$1) }, decode: decode)
  }

  /// A number within bounds, or none.
  init<Value: BoundedCSVValue>(
    _ name: String, _ value: @escaping @Sendable (ResultRow) -> Value?, _ bounds: ClosedRange<Value>,
    decode: @escaping Decode
  ) {
    self.init(
      name, expected: "\(Value.expected(in: bounds)), or nothing", encode: { value($0).encode(into: &$1) },
      decode: decode)
  }

  /// The number of the schema that a row was written by: `version` where it is written, up to it where it is read.
  init(schema version: Int) {
    self.init(
      "schema", expected: version == 1 ? "1" : "a whole number from 1 to \(version)",
      encode: { version.encode(into: &$1) },
      decode: { Int.decode($1).map { (1...version).contains($0) } ?? false })
  }

  /// A column of the user's own.
  static func foreign(_ name: String) -> Column {
    Column(name, expected: "anything", encode: { _, _ in }, decode: { _, _ in true })
  }
}
