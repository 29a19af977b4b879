import Glibc
import Model

/// A distribution of delays, in units of the jitter about the delay.
struct Distribution: Sendable {
  let name: String
  /// Its distribution function.
  let below: @Sendable (Double) -> Double

  static let uniform = Distribution(name: "uniform") { min(max(($0 + 1) / 2, 0), 1) }
  static let normal = Distribution(name: "normal", below: gaussian)
  /// Shape 3, less its mean and times 4/3.
  static let pareto = Distribution(name: "pareto") { $0 <= -2 / 3.0 ? 0 : 1 - pow(1.5 + 0.75 * $0, -3) }
  /// A quarter of the normal and three quarters of the Pareto quantile.
  static let paretonormal = Distribution(name: "paretonormal") { value in
    position { 0.25 * position(of: $0, in: gaussian) + 0.75 * (pow(1 - $0, -1 / 3.0) - 1.5) * 4 / 3 - value }
  }

  static let all: [(DelayDistribution?, Distribution)] = [
    (nil, uniform), (.normal, normal), (.pareto, pareto), (.paretonormal, paretonormal),
  ]

  private static let gaussian: @Sendable (Double) -> Double = { 0.5 * (1 + erf($0 / 2.0.squareRoot())) }

  /// The root of a rising function of a share from 0 to 1.
  private static func position(_ function: (Double) -> Double) -> Double {
    var (low, high) = (0.0, 1.0)
    for _ in 0..<40 {
      let middle = (low + high) / 2
      if function(middle) < 0 { low = middle } else { high = middle }
    }
    return low
  }

  /// The quantile of a distribution.
  private static func position(of share: Double, in distribution: (Double) -> Double) -> Double {
    var (low, high) = (-10.0, 10.0)
    for _ in 0..<40 {
      let middle = (low + high) / 2
      if distribution(middle) < share { low = middle } else { high = middle }
    }
    return low
  }
}
