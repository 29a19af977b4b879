import Glibc

/// A distribution of netem's delay: equally likely deviations from the delay, in units of jitter / 8192
/// (NETEM_DIST_SCALE, linux/pkt_sched.h).
///
/// The tables are computed, because not every machine has iproute2's files `/usr/lib/tc/*.dist`.
public struct DelayTable: Sendable, Hashable {
  public let values: [Int16]

  /// Uniform over delay +- jitter, like netem's default without a table.
  public static let uniform = DelayTable((0..<size).map { (Double($0) + 0.5) / Double(size) * 2 - 1 })

  /// The normal distribution: its quantiles, in standard deviations.
  public static let normal = DelayTable((0..<size).map { quantile((Double($0) + 0.25) / Double(size)) })

  /// The Pareto distribution of shape 3, whose mean is 1.5 and variance 3/4, less its mean and times 4/3, as in
  /// iproute2.
  public static let pareto = DelayTable((0..<size).map { pareto((Double($0) + 0.5) / Double(size)) })

  /// A quarter of the normal and three quarters of the Pareto distribution.
  public static let paretoNormal = DelayTable(
    (0..<size).map { index in
      let position = (Double(index) + 0.5) / Double(size)
      return 0.25 * quantile(position) + 0.75 * pareto(position)
    })

  private static let size = 4096

  private init(_ deviations: [Double]) {
    values = deviations.map { Int16(clamping: Int(($0 * 8192).rounded())) }
  }

  private static func pareto(_ position: Double) -> Double { (pow(1 - position, -1 / 3.0) - 1.5) * 4 / 3 }

  /// The standard normal distribution's quantile, by bisection of its distribution function.
  private static func quantile(_ probability: Double) -> Double {
    var (low, high) = (-10.0, 10.0)
    for _ in 0..<40 {
      let middle = (low + high) / 2
      if 0.5 * (1 + erf(middle / 2.0.squareRoot())) < probability { low = middle } else { high = middle }
    }
    return low
  }
}
