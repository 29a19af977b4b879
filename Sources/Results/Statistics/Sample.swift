import Model

/// A duration that was measured, or a limit that it is known to exceed.
public enum Bounded: Sendable, Hashable {
  case at(Duration)
  /// Longer than this, where the observation ended.
  case beyond(Duration)

  /// The duration, or the limit.
  public var duration: Duration {
    switch self {
    case .at(let duration), .beyond(let duration): duration
    }
  }
}

/// Durations, some of them right-censored: known only to be longer than the observation.
///
/// Held as nanoseconds, 8 bytes each.
public struct Sample: Sendable {
  private var times: [Int64] = []
  private var limits: [Int64] = []

  public init() {}

  public mutating func insert(_ time: Duration) {
    times.append(time.inNanoseconds)
  }

  /// Inserts a time that is longer than `limit`.
  public mutating func insert(beyond limit: Duration) {
    limits.append(limit.inNanoseconds)
  }

  public func sorted() -> SortedSample {
    SortedSample(times: times.sorted(), limits: limits.sorted())
  }
}

/// A sample in order.
///
/// Censored times come after all measured ones, whatever their limits are, so that no statistic is too short. A
/// statistic that falls on a censored time is `beyond` a limit that at least that many of the times are known to
/// exceed.
public struct SortedSample: Sendable {
  private let times: [Int64]
  /// Measured times and limits of censored ones together, in order; empty if none is censored.
  private let floors: [Int64]
  public let count: Int

  fileprivate init(times: [Int64], limits: [Int64]) {
    self.times = times
    floors = limits.isEmpty ? [] : (times + limits).sorted()
    count = times.count + limits.count
  }

  /// How many of the times were measured.
  public var measuredCount: Int { times.count }

  /// The time of a rank from 1 to `count`; nil for other ranks.
  public func time(rank: Int) -> Bounded? {
    guard rank >= 1, rank <= count else { return nil }
    return rank <= times.count ? .at(.nanoseconds(times[rank - 1])) : .beyond(.nanoseconds(floors[rank - 1]))
  }

  public var min: Bounded? { time(rank: 1) }
  public var max: Bounded? { time(rank: count) }

  /// The time in the middle, or the mean of the two in the middle.
  public var median: Bounded? {
    guard let lower = time(rank: (count + 1) / 2), let upper = time(rank: count / 2 + 1) else { return nil }
    let mean = (lower.duration + upper.duration) / 2
    if case .beyond = upper { return .beyond(mean) }
    return .at(mean)
  }

  /// The nearest-rank percentile, 0 < p < 100.
  public func percentile(_ percentile: Double) -> Bounded? {
    time(rank: OrderStatistics.rank(percentile: percentile, of: count))
  }

  /// The two-sided 95 % confidence interval of the median; nil for fewer than 6 times.
  public var medianInterval: BoundedRange? {
    guard let ranks = OrderStatistics.medianInterval(of: count), let lower = time(rank: ranks.lowerBound),
      let upper = time(rank: ranks.upperBound)
    else { return nil }
    return BoundedRange(lower: lower, upper: upper)
  }

  /// The one-sided 95 % upper bound of a percentile; nil if there are too few times.
  public func upperBound(percentile: Double) -> Bounded? {
    OrderStatistics.upperBound(percentile: percentile, of: count).flatMap { time(rank: $0) }
  }
}

/// Two times, the second no shorter than the first.
public struct BoundedRange: Sendable, Hashable {
  public var lower: Bounded
  public var upper: Bounded

  public init(lower: Bounded, upper: Bounded) {
    self.lower = lower
    self.upper = upper
  }
}
