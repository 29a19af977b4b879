import Model

/// A count.
extension Int: CSVValue {
  static var expected: String { "a whole number, 0 or more" }

  func encode(into bytes: inout [UInt8]) {
    Int64(self).encode(into: &bytes)
  }

  static func decode(_ cell: Span<UInt8>) -> Int? {
    guard let digits = Digits(cell, from: 0), digits.end == cell.count, digits.isCanonical else { return nil }
    return Int(digits.value)
  }
}

/// A seed.
extension Int64: CSVValue {
  static var expected: String { "a whole number" }

  func encode(into bytes: inout [UInt8]) {
    bytes.append(contentsOf: String(self).utf8)
  }

  static func decode(_ cell: Span<UInt8>) -> Int64? {
    let negative = !cell.isEmpty && cell[0] == .minus
    guard let digits = Digits(cell, from: negative ? 1 : 0), digits.end == cell.count, digits.isCanonical else {
      return nil
    }
    return negative ? -digits.value : digits.value
  }
}

/// Seconds with up to nine decimals, exact to the nanosecond, never with an exponent: `3.004127`.
extension Duration: CSVValue {
  static var expected: String { "seconds with at most nine decimals, such as 3.004127" }

  /// The seconds as a decimal number, exact to the nanosecond, without trailing zeros: `3.004127`.
  public var decimalSeconds: String {
    var bytes: [UInt8] = []
    encode(into: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  func encode(into bytes: inout [UInt8]) {
    let nanoseconds = inNanoseconds
    if nanoseconds < 0 { bytes.append(.minus) }
    let (seconds, fraction) = nanoseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
    bytes.append(contentsOf: String(seconds).utf8)
    guard fraction > 0 else { return }
    bytes.append(.point)
    var rest = fraction
    var place: UInt64 = 100_000_000
    while rest > 0 {
      bytes.append(.zero + UInt8(rest / place))
      rest %= place
      place /= 10
    }
  }

  static func decode(_ cell: Span<UInt8>) -> Duration? {
    let negative = !cell.isEmpty && cell[0] == .minus
    guard let whole = Digits(cell, from: negative ? 1 : 0), whole.isCanonical else { return nil }
    // Beyond this `Int64` nanoseconds overflow: 292 years.
    guard whole.value < 9_223_372_036 else { return nil }
    var nanoseconds = whole.value * 1_000_000_000
    if whole.end < cell.count {
      guard cell[whole.end] == .point, let fraction = Digits(cell, from: whole.end + 1) else { return nil }
      guard fraction.end == cell.count, fraction.count <= 9 else { return nil }
      var value = fraction.value
      for _ in fraction.count..<9 { value *= 10 }
      nanoseconds += value
    }
    return .nanoseconds(negative ? -nanoseconds : nanoseconds)
  }
}

/// A run of decimal digits, at least one and at most 18, in a cell.
private struct Digits {
  let value: Int64
  let count: Int
  /// The index after the last digit.
  let end: Int
  /// No leading zero: each number has one spelling.
  let isCanonical: Bool

  init?(_ cell: Span<UInt8>, from start: Int) {
    var value: Int64 = 0
    var index = start
    while index < cell.count {
      let digit = cell[unchecked: index] &- .zero
      guard digit < 10 else { break }
      value = value &* 10 &+ Int64(digit)
      index &+= 1
    }
    guard index > start, index - start <= 18 else { return nil }
    self.value = value
    count = index - start
    end = index
    isCanonical = count == 1 || cell[start] != .zero
  }
}

extension UInt8 {
  fileprivate static let minus = UInt8(ascii: "-")
  fileprivate static let point = UInt8(ascii: ".")
  fileprivate static let zero = UInt8(ascii: "0")
}
