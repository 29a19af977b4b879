/// A decimal number with a unit, such as `1500ms`, in whole multiples of the smallest unit's size.
enum Quantity {
  enum Mistake: Error {
    case malformed, missingUnit, negative, tooFine, tooLarge
    case unknownUnit(String)
  }

  /// Several amounts without decimals, each of a smaller unit than the one before, such as `1h30m`; or one amount, as
  /// `parse` reads it. Exact: never rounds. `units` are the names and their sizes.
  static func parseSum(_ text: String, units: [(name: String, size: Int64)]) throws(Mistake) -> Int64 {
    var parts: [Substring] = []
    var rest = Substring(text)
    while let first = rest.first, first.isASCII, first.isNumber {
      let number = rest.prefix { $0.isASCII && $0.isNumber }
      let unit = rest.dropFirst(number.count).prefix { !($0.isASCII && $0.isNumber) }
      parts.append(rest.prefix(number.count + unit.count))
      rest = rest.dropFirst(number.count + unit.count)
    }
    guard parts.count > 1, rest.isEmpty, !text.contains(".") else { return try parse(text, units: units) }
    var sum: Int64 = 0
    var last = Int64.max
    for part in parts {
      let unit = part.drop { $0.isASCII && $0.isNumber }
      let size = units.first { $0.name == unit }?.size
      let (next, overflow) = sum.addingReportingOverflow(try parse(String(part), units: units))
      guard let size, size < last else { throw .malformed }
      guard !overflow else { throw .tooLarge }
      (sum, last) = (next, size)
    }
    return sum
  }

  /// Exact: never rounds. `units` are the names and their sizes.
  static func parse(_ text: String, units: [(name: String, size: Int64)]) throws(Mistake) -> Int64 {
    var rest = Substring(text)
    let negative = rest.first == "-"
    if negative { rest.removeFirst() }
    let whole = takeDigits(&rest)
    guard !whole.isEmpty else { throw .malformed }
    var fraction = ""
    if rest.first == "." {
      rest.removeFirst()
      fraction = takeDigits(&rest)
      guard !fraction.isEmpty else { throw .malformed }
    }
    if rest.isEmpty { throw .missingUnit }
    guard let unit = units.first(where: { $0.name == rest }) else {
      guard rest.allSatisfy(\.isLetter) else { throw .malformed }
      throw .unknownUnit(String(rest))
    }
    guard !negative else { throw .negative }
    while fraction.last == "0" { fraction.removeLast() }
    guard whole.count <= 18, fraction.count <= 18 else { throw whole.count > 18 ? .tooLarge : .tooFine }
    guard let digits = Int128(whole + fraction) else { throw .tooLarge }
    var divisor: Int128 = 1
    for _ in fraction { divisor *= 10 }
    // 36 digits fit Int128, and so do 18 times any size; both together only if the result is far too large.
    let (product, overflow) = digits.multipliedReportingOverflow(by: Int128(unit.size))
    guard !overflow else { throw .tooLarge }
    guard product % divisor == 0 else { throw .tooFine }
    guard let amount = Int64(exactly: product / divisor) else { throw .tooLarge }
    return amount
  }

  private static func takeDigits(_ text: inout Substring) -> String {
    let digits = text.prefix { $0.isASCII && $0.isNumber }
    text.removeFirst(digits.count)
    return String(digits)
  }
}
