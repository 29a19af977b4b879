import Glibc
import Model

/// The phi accrual failure detector of Hayashibara, Defago, Yared and Katayama (2004), "The phi accrual failure
/// detector", section 4: the arrivals' spacing is taken as normally distributed, with the mean and the deviation of the
/// last `window` ones, and
///
///     phi(t) = -log10 P_later(t - t_last),   P_later(d) = P(a spacing is longer than d)
///
/// Before there is a spacing the sender's interval is the mean, and the least deviation the deviation.
public struct PhiAccrualEstimator: Sendable, Hashable {
  private let interval: Duration
  private let window: Int
  private let minDeviation: Duration
  /// The last spacings, in nanoseconds, oldest first.
  private var spacings: [Int64] = []
  /// When the last arrival was; before the first, when it all began.
  public private(set) var last: Instant
  private var hasArrivals = false
  /// The mean of the spacings in the window.
  public private(set) var mean: Duration
  /// Their standard deviation (that of the window itself: the mean square, not Bessel's estimate), not less than the
  /// least.
  public private(set) var deviation: Duration

  /// - Parameters:
  ///   - start: when the first heartbeat is sent; phi counts from it until the first arrival.
  ///   - interval: the sender's.
  ///   - window: how many spacings are remembered; at least 1.
  ///   - minDeviation: above zero.
  public init(start: Instant, interval: Duration, window: Int, minDeviation: Duration) {
    precondition(window > 0 && minDeviation > .zero, "a window holds something, and a deviation is positive")
    self.interval = interval
    self.window = window
    self.minDeviation = minDeviation
    last = start
    mean = interval
    deviation = minDeviation
  }

  /// An answer came in; not before the one before it.
  public mutating func arrived(at now: Instant) {
    defer {
      last = now
      hasArrivals = true
    }
    // The first follows nothing but the beginning.
    guard hasArrivals else { return }
    if spacings.count == window { spacings.removeFirst() }
    spacings.append((now - last).inNanoseconds)
    let count = Double(spacings.count)
    let average = spacings.reduce(0.0) { $0 + Double($1) } / count
    let variance = spacings.reduce(0.0) { $0 + (Double($1) - average) * (Double($1) - average) } / count
    mean = .nanoseconds(Int64(average.rounded()))
    deviation = max(.nanoseconds(Int64(variance.squareRoot().rounded())), minDeviation)
  }

  /// The suspicion at `time`, at least 0: the decimal digits of the chance that the next arrival is still to come.
  public func phi(at time: Instant) -> Double {
    let deviations = Double((time - last - mean).inNanoseconds) / Double(deviation.inNanoseconds)
    return -NormalTail.logarithm(deviations) / M_LN10
  }

  /// The first instant at which phi is `threshold` if nothing comes in until then: phi grows with time, so it is
  /// last + mean + z deviation, where Q(z) = 10^-threshold.
  public func crossing(of threshold: Double) -> Instant {
    let deviations = NormalTail.point(digits: threshold)
    return last + mean + .nanoseconds(Int64((deviations * Double(deviation.inNanoseconds)).rounded(.up)))
  }
}
