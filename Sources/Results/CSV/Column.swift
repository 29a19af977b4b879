import Model

/// One column of the results file: its name, and how its cells are written and read.
struct Column: Sendable {
  /// Appends a row's cell.
  typealias Encode = @Sendable (ResultRow, inout [UInt8]) -> Void
  /// Sets a row's value from its cell, given without quotes; returns false, without changing the row, if the cell is
  /// invalid.
  typealias Decode = @Sendable (inout ResultRow, Span<UInt8>) -> Bool

  let name: String
  /// What its cells must contain.
  let expected: String
  let encode: Encode
  let decode: Decode

  init(_ name: String, expected: String, encode: @escaping Encode, decode: @escaping Decode) {
    self.name = name
    self.expected = expected
    self.encode = encode
    self.decode = decode
  }

  /// A property of a row. (A writable key path would name it only once, but setting through one takes longer than
  /// decoding.)
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

  /// A number within bounds, or no value.
  init<Value: BoundedCSVValue>(
    _ name: String, _ value: @escaping @Sendable (ResultRow) -> Value?, _ bounds: ClosedRange<Value>,
    decode: @escaping Decode
  ) {
    self.init(
      name, expected: "\(Value.expected(in: bounds)), or nothing", encode: { value($0).encode(into: &$1) },
      decode: decode)
  }

  /// The schema number with which a row was written: `version` when writing, at most `version` when reading.
  init(schema version: Int) {
    self.init(
      "schema", expected: version == 1 ? "1" : "a whole number from 1 to \(version)",
      encode: { version.encode(into: &$1) },
      decode: { Int.decode($1).map { (1...version).contains($0) } ?? false })
  }

  /// A column that the user has added.
  static func foreign(_ name: String) -> Column {
    Column(name, expected: "anything", encode: { _, _ in }, decode: { _, _ in true })
  }
}
