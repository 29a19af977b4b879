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

  static func expected(in bounds: ClosedRange<Duration>) -> String {
    "seconds from \(bounds.lowerBound.decimalSeconds) to \(bounds.upperBound.decimalSeconds), "
      + "with at most nine decimals, such as 3.004127"
  }

  func encode(into bytes: inout [UInt8]) {
    appendDecimalSeconds(to: &bytes)
  }

  static func decode(_ cell: Span<UInt8>) -> Duration? {
    let negative = !cell.isEmpty && cell[0] == .minus
    guard let whole = Digits(cell, from: negative ? 1 : 0), whole.isCanonical else { return nil }
    // Beyond this `Int64` nanoseconds overflow: 292 years.
    guard whole.value < 9_223_372_036 else { return nil }
    var nanoseconds = whole.value * 1_000_000_000
    if whole.end < cell.count {
      guard cell[whole.end] == .point else { return decodeExponent(cell) }
      guard let fraction = Digits(cell, from: whole.end + 1) else { return nil }
      guard fraction.end == cell.count else { return decodeExponent(cell) }
      guard fraction.count <= 9 else { return nil }
      var value = fraction.value
      for _ in fraction.count..<9 { value *= 10 }
      nanoseconds += value
    }
    return .nanoseconds(negative ? -nanoseconds : nanoseconds)
  }

  /// `1.06695E-04`: a spreadsheet's spelling of small numbers, exact to the nanosecond.
  private static func decodeExponent(_ cell: Span<UInt8>) -> Duration? {
    let negative = cell[0] == .minus
    guard let whole = Digits(cell, from: negative ? 1 : 0), whole.isCanonical else { return nil }
    var (mantissa, decimals, end) = (Int128(whole.value), 0, whole.end)
    if end < cell.count, cell[end] == .point {
      guard let fraction = Digits(cell, from: end + 1), whole.count + fraction.count <= 18 else { return nil }
      for _ in 0..<fraction.count { mantissa *= 10 }
      mantissa += Int128(fraction.value)
      (decimals, end) = (fraction.count, fraction.end)
    }
    guard end + 1 < cell.count, cell[end] == UInt8(ascii: "E") || cell[end] == UInt8(ascii: "e") else { return nil }
    let isSmall = cell[end + 1] == .minus
    let start = isSmall || cell[end + 1] == UInt8(ascii: "+") ? end + 2 : end + 1
    guard let exponent = Digits(cell, from: start), exponent.end == cell.count, exponent.value <= 30 else { return nil }
    // If the power is negative, fractions of a nanosecond are rounded.
    var power = 9 - decimals + (isSmall ? -Int(exponent.value) : Int(exponent.value))
    while power > 0, mantissa < Int128(Int64.max) {
      mantissa *= 10
      power -= 1
    }
    while power < 0 {
      mantissa = (mantissa + (power == -1 ? 5 : 0)) / 10
      power += 1
    }
    guard mantissa <= Int128(Int64.max), power == 0 else { return nil }
    return .nanoseconds(negative ? -Int64(mantissa) : Int64(mantissa))
  }
}

/// A run of decimal digits, at least one and at most 18, in a cell.
private struct Digits {
  let value: Int64
  let count: Int
  /// The index after the last digit.
  let end: Int
  /// Leading zeros are not allowed, so that each number has one spelling.
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
