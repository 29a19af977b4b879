import Model

/// A value that fills one cell of a results file.
///
/// `decode` reads whatever `encode` writes. Text and whole numbers have exactly one spelling, so equal keys have equal
/// bytes.
protocol CSVValue: Sendable {
  /// What a cell must hold, for the message of an error: `a whole number, 0 or more`.
  static var expected: String { get }
  /// Appends the cell, quoted if need be.
  func encode(into bytes: inout [UInt8])
  /// The value of a cell, given without its quotes; nil if it is invalid.
  static func decode(_ cell: Span<UInt8>) -> Self?
}

extension CSVValue {
  /// Takes the value of a cell; returns false, without a change, if it is invalid.
  mutating func read(_ cell: Span<UInt8>) -> Bool {
    guard let value = Self.decode(cell) else { return false }
    self = value
    return true
  }
}

/// Empty is nil: not applicable, or unknown.
extension Optional: CSVValue where Wrapped: CSVValue {
  static var expected: String { "\(Wrapped.expected), or nothing" }

  func encode(into bytes: inout [UInt8]) {
    self?.encode(into: &bytes)
  }

  static func decode(_ cell: Span<UInt8>) -> Self? {
    if cell.isEmpty { return .some(nil) }
    guard let value = Wrapped.decode(cell) else { return nil }
    return .some(value)
  }
}

extension String: CSVValue {
  static var expected: String { "text in UTF-8" }

  func encode(into bytes: inout [UInt8]) {
    guard utf8.contains(where: { $0 == .comma || $0 == .quote || $0 == .lineFeed || $0 == .carriageReturn }) else {
      bytes.append(contentsOf: utf8)
      return
    }
    bytes.append(.quote)
    for byte in utf8 {
      if byte == .quote { bytes.append(.quote) }
      bytes.append(byte)
    }
    bytes.append(.quote)
  }

  static func decode(_ cell: Span<UInt8>) -> String? {
    cell.isEmpty ? nil : validUTF8(cell)
  }

  /// Text that is a value even if it is empty.
  mutating func read(_ cell: Span<UInt8>, mayBeEmpty: Bool) -> Bool {
    guard cell.isEmpty && mayBeEmpty else { return read(cell) }
    self = ""
    return true
  }

  /// The text of bytes; nil if they are not UTF-8.
  static func validUTF8(_ bytes: Span<UInt8>) -> String? {
    do { return String(copying: try UTF8Span(validating: bytes)) } catch { return nil }
  }
}

extension Bool: CSVValue {
  static var expected: String { "true or false" }

  func encode(into bytes: inout [UInt8]) {
    bytes.append(contentsOf: (self ? "true" : "false").utf8)
  }

  static func decode(_ cell: Span<UInt8>) -> Bool? {
    // As spreadsheets write them.
    if cell.equals("true") || cell.equals("TRUE") || cell.equals("1") { return true }
    return cell.equals("false") || cell.equals("FALSE") || cell.equals("0") ? false : nil
  }
}

extension Signal: CSVValue {
  static var expected: String {
    "an errno's name, EOF, missed-heartbeats, request-timeout, connect-timeout, overloaded, carrier-lost or route-lost"
  }

  func encode(into bytes: inout [UInt8]) {
    spelled.encode(into: &bytes)
  }

  static func decode(_ cell: Span<UInt8>) -> Signal? {
    String.decode(cell).flatMap { Signal(spelled: $0) }
  }
}

/// The words of an enum.
extension CSVValue where Self: RawRepresentable & CaseIterable, RawValue == String {
  static var expected: String { allCases.map(\.rawValue).joined(separator: ", ") }

  func encode(into bytes: inout [UInt8]) {
    rawValue.encode(into: &bytes)
  }

  static func decode(_ cell: Span<UInt8>) -> Self? {
    allCases.first { cell.equals($0.rawValue) }
  }
}

extension Clock: CSVValue {}
extension Path: CSVValue {}
extension AddressFamily: CSVValue {}
extension FaultKind: CSVValue {}
extension FaultVerdict: CSVValue {}
extension Mechanism: CSVValue {}
extension DetectorMode: CSVValue {}
extension Observer: CSVValue {}
extension Outcome: CSVValue {}
