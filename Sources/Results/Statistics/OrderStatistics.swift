import Glibc

/// The ranks, among n sorted values, that answer questions about the distribution from which they were drawn.
///
/// Ranks count from 1. All of it is distribution-free: how many of n values lie below a quantile is binomial (David and
/// Nagaraja, Order Statistics, section 7.1).
public enum OrderStatistics {
  /// The rank of the percentile p of n values, by the nearest-rank definition: the smallest rank with at least p % of
  /// the values at or below it. It is always one of the values, never between two.
  public static func rank(percentile: Double, of count: Int) -> Int {
    // The subtraction keeps 55 % of 100 at 55, while the product may be slightly more.
    let rank = (percentile * Double(count) / 100 - 1e-9).rounded(.up)
    return min(max(Int(rank), 1), max(count, 1))
  }

  /// The ranks whose values enclose the median of the distribution with a probability of at least 95 %.
  ///
  /// nil for fewer than 6 values: even the least and the greatest enclose it too rarely.
  public static func medianInterval(of count: Int) -> ClosedRange<Int>? {
    guard count > 0 else { return nil }
    // The largest rank with P(fewer than that many values below the median) <= 2.5 %.
    let tails = Binomial(trials: count, probability: 0.5)
    guard let lower = tails.largest(withCumulativeAtMost: 0.025).map({ $0 + 1 }) else { return nil }
    return lower...(count + 1 - lower)
  }

  /// The rank whose value is at or above the percentile of the distribution with a probability of at least 95 %.
  ///
  /// nil if even the greatest value is not: see `requiredCount`.
  public static func upperBound(percentile: Double, of count: Int) -> Int? {
    guard count >= requiredCount(percentile: percentile) else { return nil }
    // The smallest rank with P(fewer than that many values below the percentile) >= 95 %.
    return min(Binomial(trials: count, probability: percentile / 100).smallest(withCumulativeAtLeast: 0.95) + 1, count)
  }

  /// How many values the upper bound of a percentile needs: the smallest n with (p/100)^n <= 5 %.
  ///
  /// For a percentile so close to 100 that no number of values suffices, it is the largest `Int`.
  public static func requiredCount(percentile: Double) -> Int {
    precondition(percentile > 0 && percentile < 100, "a percentile is between 0 and 100")
    let share = percentile / 100
    let count = (log(0.05) / log(share)).rounded(.up)
    // Also if the share was rounded to 1.
    guard count < 1e15 else { return .max }
    let whole = max(1, Int(count))
    // Rounding of the logarithms may end on either side of a whole number.
    if whole > 1, pow(share, Double(whole - 1)) <= 0.05 { return whole - 1 }
    return pow(share, Double(whole)) <= 0.05 ? whole : whole + 1
  }
}

/// The cumulative binomial distribution, to double precision.
///
/// Each term is computed from its neighbour by their ratio, outwards from the mode, so that nothing underflows; then
/// all are scaled to a sum of 1.
struct Binomial {
  /// The first number of successes whose probability is not negligible (less than 1e-20 of the mode's).
  private let first: Int
  /// The cumulative probabilities from `first` on.
  private let cumulative: [Double]

  init(trials: Int, probability: Double) {
    let odds = probability / (1 - probability)
    let mode = min(trials, Int(Double(trials + 1) * probability))
    var below: [Double] = []
    var weight = 1.0
    var successes = mode
    while successes > 0 {
      weight *= Double(successes) / (Double(trials - successes + 1) * odds)
      if weight < 1e-20 { break }
      below.append(weight)
      successes -= 1
    }
    var above: [Double] = []
    weight = 1
    successes = mode
    while successes < trials {
      weight *= Double(trials - successes) * odds / Double(successes + 1)
      if weight < 1e-20 { break }
      above.append(weight)
      successes += 1
    }
    first = mode - below.count
    var sum = 0.0
    let sums = (below.reversed() + [1] + above).map { term in
      sum += term
      return sum
    }
    cumulative = sums.map { $0 / sum }
  }

  /// The largest k with P(X <= k) <= `limit`; nil if P(X <= 0) is more.
  func largest(withCumulativeAtMost limit: Double) -> Int? {
    let beyond = cumulative.firstIndex { $0 > limit } ?? cumulative.count
    let largest = first + beyond - 1
    return largest < 0 ? nil : largest
  }

  /// The smallest k with P(X <= k) >= `limit`.
  func smallest(withCumulativeAtLeast limit: Double) -> Int {
    first + (cumulative.firstIndex { $0 >= limit } ?? cumulative.count - 1)
  }
}
