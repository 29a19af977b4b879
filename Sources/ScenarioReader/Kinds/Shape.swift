import Model

/// The form of a value: the common source of reader, schema and documentation.
public indirect enum Shape: Sendable, Hashable {
  case text
  /// Letters, digits, space, `-`, `_`, `.`; neither begins nor ends with a space.
  case name
  case flag
  case integer(ClosedRange<Int>)
  /// A number above 0, up to `Percentile.highest`.
  case percentile
  /// A number above 0, up to a limit.
  case positive(upTo: Int)
  case duration(DurationRule)
  case percentage(PercentageRule)
  case rate
  /// A number of bytes.
  case size(ClosedRange<Int>)
  case word([String])
  case mapping(Section)
  case list(of: Shape)
  case either([Shape])

  /// In words: what messages expect and the documentation's type.
  public var spelled: String {
    switch self {
    case .text: "text"
    case .name: "a name of letters, digits, space, `-`, `_` and `.`"
    case .flag: "true or false"
    case .integer(let range) where range.count == 1: "\(range.lowerBound)"
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .percentile: "a number above 0 and up to \(Percentile.highest)"
    case .duration(let rule): rule.spelled
    case .positive(let limit): "a number above 0 and up to \(limit)"
    case .percentage(let rule): rule.spelled
    case .rate: "a rate from 1kbit to 1000gbit, such as 500kbit or 10mbit"
    case .size(let range): "a size from \(SizeUnit.spell(range.lowerBound)) to \(SizeUnit.spell(range.upperBound))"
    case .word(let words): alternatives(words)
    case .mapping(let section): "a mapping of \(alternatives(section.keys.map(\.name)))"
    case .list(let element): "a list of one or more: \(element.spelled)"
    case .either(let shapes): shapes.map(\.spelled).joined(separator: ", or ")
    }
  }
}

/// Which percentiles can be decided.
public enum Percentile {
  /// Its one-sided 95 % bound takes 99,856 trials; no scenario may have more than 100,000.
  public static let highest = 99.997
}

/// A mapping's keys.
public struct Section: Sendable, Hashable {
  /// What it describes, with its article: `a heartbeat`.
  public let title: String
  public let keys: [KeyDescription]
  /// Whether the mapping may not be empty although no single key is required.
  public let needsAny: Bool
  /// Whether exactly one of the keys is to be given.
  public let isChoice: Bool
  /// The common name of it and its alternatives: `an injection`; nil if it has none.
  public let family: String?
  /// Keys that may only be given together with others, by name.
  public let companions: [String: [String]]

  init(
    _ title: String, _ keys: [KeyDescription], needsAny: Bool = false, isChoice: Bool = false, family: String? = nil,
    companions: [String: [String]] = [:]
  ) {
    self.companions = companions
    self.title = title
    self.keys = keys
    self.needsAny = needsAny
    self.isChoice = isChoice
    self.family = family
  }
}

/// One key of a scenario file.
public struct KeyDescription: Sendable, Hashable {
  public let name: String
  public let shape: Shape
  public let presence: Presence
  public let meaning: String
}
