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

  /// The same number in every row.
  init(_ name: String, constant: Int) {
    self.init(
      name, expected: "\(constant)", encode: { constant.encode(into: &$1) }, decode: { Int.decode($1) == constant })
  }
}
