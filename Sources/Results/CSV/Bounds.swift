import Model

/// The limits of the numbers in a results file: beyond what Flatline can measure, but low enough that no sum over any
/// number of rows overflows. Documented in results/README.md.
enum Bounds {
  /// `trial`, `trials_planned`.
  static let trials = 1...1_000_000_000
  /// Kernels can be built with 24 (arch/alpha) to 1200 ticks a second.
  static let hz = 24...10_000
  /// Spreadsheets keep 15 digits.
  static let seeds: ClosedRange<Int64> = 0...999_999_999_999_999
  /// Requests, mistakes, clients, attempts: the sum over 9 thousand million rows still fits into an `Int`.
  static let counts = 0...1_000_000_000
  /// Segments and bytes; `Rate` adds them up in 128 bits.
  static let traffic = 0...1_000_000_000_000_000
  /// A time relative to another: 31 years in either direction. `Duration` has room for 10^11 times as much.
  static let times: ClosedRange<Duration> = .seconds(-1_000_000_000)...(.seconds(1_000_000_000))
  /// A duration.
  static let lengths: ClosedRange<Duration> = .zero...(.seconds(1_000_000_000))
}

/// A number that has bounds in a results file.
protocol BoundedCSVValue: CSVValue, Comparable {
  /// What a cell must contain, for error messages.
  static func expected(in bounds: ClosedRange<Self>) -> String
}

extension BoundedCSVValue {
  /// Takes the value of a cell; returns false, without a change, if it is not one within the bounds.
  mutating func read(_ cell: Span<UInt8>, _ bounds: ClosedRange<Self>) -> Bool {
    guard let value = Self.decode(cell), bounds.contains(value) else { return false }
    self = value
    return true
  }
}

extension Optional where Wrapped: BoundedCSVValue {
  /// Empty is nil.
  mutating func read(_ cell: Span<UInt8>, _ bounds: ClosedRange<Wrapped>) -> Bool {
    if cell.isEmpty {
      self = nil
      return true
    }
    guard let value = Wrapped.decode(cell), bounds.contains(value) else { return false }
    self = value
    return true
  }
}

extension BoundedCSVValue where Self: FixedWidthInteger {
  static func expected(in bounds: ClosedRange<Self>) -> String {
    "a whole number from \(bounds.lowerBound) to \(bounds.upperBound)"
  }
}

extension Int: BoundedCSVValue {}
extension Int64: BoundedCSVValue {}
extension Duration: BoundedCSVValue {}
