import Glibc
import Model

/// The phi accrual failure detector of Hayashibara, Defago, Yared and Katayama (2004), "The phi accrual failure
/// detector", section 4: the spacing of arrivals is assumed to be normally distributed, with the mean and the deviation
/// of the last `window` spacings, and
///
///     phi(t) = -log10 P_later(t - t_last),   P_later(d) = P(a spacing is longer than d)
///
/// Before the first spacing, the mean is the sender's interval and the deviation is the least deviation.
public struct PhiAccrualEstimator: Sendable, Hashable {
  private let interval: Duration
  private let window: Int
  private let minDeviation: Duration
  /// The last spacings, in nanoseconds, oldest first.
  private var spacings: [Int64] = []
  /// When the last arrival was; before the first arrival, the start.
  public private(set) var last: Instant
  private var hasArrivals = false
  /// The mean of the spacings in the window.
  public private(set) var mean: Duration
  /// Their standard deviation (that of the window itself: the mean square, not Bessel's estimate), but at least the
  /// least deviation.
  public private(set) var deviation: Duration

  /// - Parameters:
  ///   - start: when the first heartbeat is sent; phi counts from it until the first arrival.
  ///   - interval: the sender's interval.
  ///   - window: how many spacings are remembered; at least 1.
  ///   - minDeviation: above zero.
  public init(start: Instant, interval: Duration, window: Int, minDeviation: Duration) {
    precondition(window > 0 && minDeviation > .zero, "a window must hold a value, and a deviation must be positive")
    self.interval = interval
    self.window = window
    self.minDeviation = minDeviation
    last = start
    mean = interval
    deviation = minDeviation
  }

  /// An answer came in; it must not be earlier than the previous one.
  public mutating func arrived(at now: Instant) {
    defer {
      last = now
      hasArrivals = true
    }
    // The first arrival has no spacing.
    guard hasArrivals else { return }
    if spacings.count == window { spacings.removeFirst() }
    spacings.append((now - last).inNanoseconds)
    let count = Double(spacings.count)
    let average = spacings.reduce(0.0) { $0 + Double($1) } / count
    let variance = spacings.reduce(0.0) { $0 + (Double($1) - average) * (Double($1) - average) } / count
    mean = .nanoseconds(Int64(average.rounded()))
    deviation = max(.nanoseconds(Int64(variance.squareRoot().rounded())), minDeviation)
  }

  /// The suspicion at `time`, at least 0: minus the decimal logarithm of the probability that the next arrival is still
  /// to come.
  public func phi(at time: Instant) -> Double {
    let deviations = Double((time - last - mean).inNanoseconds) / Double(deviation.inNanoseconds)
    return -NormalTail.logarithm(deviations) / M_LN10
  }

  /// The first instant at which phi is `threshold` if nothing comes in until then. Phi grows with time, so this is last
  /// + mean + z deviation, where Q(z) = 10^-threshold.
  public func crossing(of threshold: Double) -> Instant {
    let deviations = NormalTail.point(digits: threshold)
    return last + mean + .nanoseconds(Int64((deviations * Double(deviation.inNanoseconds)).rounded(.up)))
  }
}
