import Glibc

/// Whether a measured deviation may be chance. Each of these checks fails a correct implementation at most once in a
/// thousand million times.
enum Plausibility {
  private static let error = 1e-9

  /// Whether `count` of `total` events may have happened that each have probability `expected`: Chernoff's bound,
  /// P <= 2 exp(-n KL(share || expected)), which holds for every n.
  ///
  /// - Parameter worth: how many independent events each is worth; 1 if they are independent. In a Markov chain whose
  ///   states have the correlation r it is (1 - r) / (1 + r), by the variance of a long mean.
  static func isShare(_ count: Int, of total: Int, _ expected: Double, worth: Double = 1) -> Bool {
    let share = Double(count) / Double(total)
    func term(_ share: Double, _ expected: Double) -> Double { share == 0 ? 0 : share * log(share / expected) }
    let divergence = term(share, expected) + term(1 - share, 1 - expected)
    return Double(total) * worth * divergence <= log(2 / error)
  }

  /// Whether independent values may come from a distribution: the bound of Dvoretzky, Kiefer, Wolfowitz and Massart
  /// (1990), P(sup |F_n - F| > e) <= 2 exp(-2 n e^2).
  ///
  /// - Parameter below: the distribution function.
  static func isSample(_ values: [Double], below: (Double) -> Double) -> Bool {
    let sorted = values.sorted()
    let count = Double(sorted.count)
    let bound = (log(2 / error) / (2 * count)).squareRoot()
    return sorted.enumerated().allSatisfy { index, value in
      let expected = below(value)
      return abs(Double(index) / count - expected) <= bound && abs(Double(index + 1) / count - expected) <= bound
    }
  }

  /// Whether neighbours in a series may be independent: the coefficient of their correlation is then normal about 0 with
  /// variance 1/n (Bartlett 1946); six deviations.
  static func isUncorrelated(_ values: [Double]) -> Bool {
    let mean = values.reduce(0, +) / Double(values.count)
    let deviations = values.map { $0 - mean }
    let products = zip(deviations, deviations.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    let correlation = products / deviations.reduce(0) { $0 + $1 * $1 }
    return abs(correlation) <= 6 / Double(values.count).squareRoot()
  }
}
