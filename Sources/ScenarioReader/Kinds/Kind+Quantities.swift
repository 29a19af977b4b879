import Model
import Yams

extension Kind where Value == Duration {
  /// A year: longer durations are mistakes, and sums of durations stay far from any overflow.
  private static var longest: Duration { .seconds(365 * 86400) }

  static func duration(_ rule: DurationRule) -> Kind {
    let shape = Shape.duration(rule)
    return Kind(shape: shape) { node, problems in
      guard
        let nanoseconds = quantity(
          node, "duration", units: DurationUnit.allCases.map { ($0.rawValue, $0.nanoseconds) }, shape, &problems,
          parse: Quantity.parseSum)
      else { return nil }
      let duration = Duration.nanoseconds(nanoseconds)
      guard duration <= longest else {
        problems.report(
          .outOfRange, at: node.position, "\(node.described) is out of range",
          expected: "\(shape.spelled), at most 365d")
        return nil
      }
      guard rule.allows(duration) else {
        problems.report(.outOfRange, at: node.position, "\(node.described) is out of range", expected: shape.spelled)
        return nil
      }
      return duration
    }
  }
}

extension Kind where Value == Double {
  /// As a share, 0 to 1.
  static func percentage(_ rule: PercentageRule) -> Kind {
    let shape = Shape.percentage(rule)
    return Kind(shape: shape) { node, problems in
      // In billionths, so that usual percentages equal the floating-point value of their literal.
      guard let billionths = quantity(node, "percentage", units: [("%", 10_000_000)], shape, &problems) else {
        return nil
      }
      let share = Double(billionths) / 1e9
      guard rule.allows(share) else {
        problems.report(.outOfRange, at: node.position, "\(node.described) is out of range", expected: shape.spelled)
        return nil
      }
      return share
    }
  }
}

extension Kind where Value == Int {
  /// In bytes.
  static func size(_ range: ClosedRange<Int>) -> Kind {
    let shape = Shape.size(range)
    return Kind(shape: shape) { node, problems in
      let units = SizeUnit.allCases.map { ($0.rawValue, Int64($0.bytes)) }
      guard let bytes = quantity(node, "size", units: units, shape, &problems) else { return nil }
      guard let size = Int(exactly: bytes), range.contains(size) else {
        problems.report(.outOfRange, at: node.position, "\(node.described) is out of range", expected: shape.spelled)
        return nil
      }
      return size
    }
  }
}

extension Kind where Value == Int64 {
  /// In bits per second.
  static let rate = Kind(shape: .rate) { node, problems in
    let units = RateUnit.allCases.map { ($0.rawValue, $0.bitsPerSecond) }
    guard let bits = quantity(node, "rate", units: units, .rate, &problems) else { return nil }
    // Below a kilobit, tbf has no token for a frame.
    guard bits >= 1000, bits <= 1_000_000_000_000 else {
      problems.report(.outOfRange, at: node.position, "\(node.described) is out of range", expected: Shape.rate.spelled)
      return nil
    }
    return bits
  }
}

/// The units of durations; `ns` so that whatever `Duration.spelled` writes can be read.
enum DurationUnit: String, CaseIterable {
  case days = "d"
  case hours = "h"
  case minutes = "m"
  case seconds = "s"
  case milliseconds = "ms"
  case microseconds = "us"
  case nanoseconds = "ns"

  var nanoseconds: Int64 {
    switch self {
    case .days: 86_400_000_000_000
    case .hours: 3_600_000_000_000
    case .minutes: 60_000_000_000
    case .seconds: 1_000_000_000
    case .milliseconds: 1_000_000
    case .microseconds: 1000
    case .nanoseconds: 1
    }
  }
}

/// The units of rates, as tc(8) spells them.
enum RateUnit: String, CaseIterable {
  case bit, kbit, mbit, gbit

  var bitsPerSecond: Int64 {
    switch self {
    case .bit: 1
    case .kbit: 1000
    case .mbit: 1_000_000
    case .gbit: 1_000_000_000
    }
  }
}

/// The units of sizes (IEC 80000-13).
enum SizeUnit: String, CaseIterable {
  case bytes = "B"
  case kibibytes = "KiB"
  case mebibytes = "MiB"

  var bytes: Int {
    switch self {
    case .bytes: 1
    case .kibibytes: 1024
    case .mebibytes: 1_048_576
    }
  }

  /// In the largest unit of which it is a multiple: `24B`, `16KiB`.
  static func spell(_ size: Int) -> String {
    let unit = allCases.last { size % $0.bytes == 0 } ?? .bytes
    return "\(size / unit.bytes)\(unit.rawValue)"
  }
}

private func quantity(
  _ node: Node, _ noun: String, units: [(name: String, size: Int64)], _ shape: Shape, _ problems: inout Problems,
  parse: (String, [(name: String, size: Int64)]) throws(Quantity.Mistake) -> Int64 = Quantity.parse
) -> Int64? {
  let expected = shape.spelled
  let text: String
  switch node.meaning {
  case .text(let spelled): text = spelled
  case .integer, .number: text = node.scalar?.string ?? ""
  default:
    problems.report(.wrongType, at: node.position, "found \(node.described)", expected: expected)
    return nil
  }
  do throws(Quantity.Mistake) {
    return try parse(text, units)
  } catch {
    switch error {
    case .malformed:
      problems.report(.wrongType, at: node.position, "`\(text)` is not a \(noun)", expected: expected)
    case .missingUnit:
      problems.report(.missingUnit, at: node.position, "`\(text)` has no unit", expected: expected)
    case .unknownUnit(let unit):
      problems.report(
        .missingUnit, at: node.position, "`\(unit)` is not a unit of a \(noun)",
        expected: alternatives(units.map(\.name)))
    case .negative:
      problems.report(.outOfRange, at: node.position, "`\(text)` is negative", expected: expected)
    case .tooFine:
      problems.report(.outOfRange, at: node.position, "`\(text)` has too many decimals", expected: expected)
    case .tooLarge:
      problems.report(.outOfRange, at: node.position, "`\(text)` is out of range", expected: expected)
    }
    return nil
  }
}
