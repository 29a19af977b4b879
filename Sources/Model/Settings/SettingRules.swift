/// Which durations are allowed.
public enum DurationRule: Sendable, Hashable {
  case positive
  case zeroOrMore
  /// A socket option in whole seconds.
  case seconds(ClosedRange<Int>)
  /// A socket option or sysctl in whole milliseconds.
  case milliseconds(ClosedRange<Int>)

  public var spelled: String {
    switch self {
    case .positive: "a duration above 0, such as 3s, 1500ms, 20us, 2m, 1h30m or 30d"
    case .zeroOrMore: "a duration such as 3s, 1500ms, 20us, 2m, 1h30m or 30d"
    case .seconds(let range): "whole seconds from \(range.lowerBound)s to \(range.upperBound)s"
    case .milliseconds(let range): "whole milliseconds from \(range.lowerBound)ms to \(range.upperBound)ms"
    }
  }

  public func allows(_ duration: Duration) -> Bool {
    switch self {
    case .positive: duration > .zero
    case .zeroOrMore: duration >= .zero
    case .seconds(let range):
      duration >= .seconds(range.lowerBound) && duration <= .seconds(range.upperBound)
        && duration.inNanoseconds % 1_000_000_000 == 0
    case .milliseconds(let range):
      duration >= .milliseconds(range.lowerBound) && duration <= .milliseconds(range.upperBound)
        && duration.inNanoseconds % 1_000_000 == 0
    }
  }
}

/// Which percentages are allowed.
public enum PercentageRule: Sendable, Hashable {
  /// From 0 % to below 100 %.
  case partial
  /// From 0 % to 100 %.
  case any
  /// From above 0 % to 100 %.
  case positive

  public var spelled: String {
    switch self {
    case .partial: "a percentage from 0% to below 100%, such as 0.5%"
    case .any: "a percentage from 0% to 100%, such as 0.5%"
    case .positive: "a percentage above 0% and up to 100%, such as 0.5%"
    }
  }

  /// `share`: 0 or more.
  public func allows(_ share: Double) -> Bool {
    switch self {
    case .partial: share < 1
    case .any: share <= 1
    case .positive: share > 0 && share <= 1
    }
  }
}

/// Whether a key may be left out, and its default.
public enum Presence: Sendable, Hashable {
  case required
  /// There is no default.
  case optional
  /// The default is this value.
  case standard(String)
  /// The default follows from other keys; in words.
  case derived(String)
}
