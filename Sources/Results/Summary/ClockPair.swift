import Model

/// One measurement by both clocks: rows of the same plan, seed, trial, detector and observer, so that t0 falls into the
/// same phase.
///
/// The two need not agree to the nanosecond. Every timer of the kernel fires 1 to 8^n ticks late, n being its level in
/// the timer wheel (`calc_wheel_index`, kernel/time/timer.c), and a tick is 1/HZ: 4 ms on one kernel, 10 ms on another.
/// Keepalive of 1 s is thus up to 32 ms late at HZ=250 and up to 80 ms at HZ=100, again with each probe, including
/// those before t0; so the state at t0 also differs, whatever the seed. But each row carries the model's range
/// [`predicted_min_s`, `predicted_max_s`], made from its own state at t0 and its own kernel's wheel: if the jiffies are
/// known, it is one tick wide, else as wide as the sum of the roundings that can follow.
///
/// With d the detection time, p and P the ends of its range, tick the row's 1/HZ, u `fault_uncertainty_s` and l
/// `lag_s`, a row of a kernel that behaves like the model satisfies (see `Prediction.tolerated`)
///
///     p - tick - u  <=  d  <=  P + 2 tick + 3 ms + u + l
///
/// as t0 is known to within u, and the event loop reported the declaration up to l late. So the difference d_v - d_r
/// between the virtual and the real clock lies between
///
///     (p_v - tick_v - u_v) - (P_r + 2 tick_r + 3 ms + u_r + l_r)   and
///     (P_v + 2 tick_v + 3 ms + u_v + l_v) - (p_r - tick_r - u_r)
///
/// and anything beyond is not caused by the wheels. If both rows deviate by the same amount, the model is wrong, and
/// the virtual clock is still as good as the real one.
public struct ClockPair: Sendable, Hashable {
  public var real: ResultRow
  public var virtual: ResultRow

  init(real: ResultRow, virtual: ResultRow) {
    self.real = real
    self.virtual = virtual
  }

  public enum Verdict: Sendable, Hashable {
    /// The same outcome by the same signal, and times that differ by no more than the wheels explain.
    case agrees
    case differs(Disagreement)
    /// Chance or the window decided: one of the rows has no prediction to compare with.
    case undecided
  }

  public enum Disagreement: String, Sendable, Hashable, CaseIterable {
    case outcome, signal, detection
  }

  public var verdict: Verdict {
    guard real.withinPrediction != nil, virtual.withinPrediction != nil else { return .undecided }
    if real.outcome != virtual.outcome { return .differs(.outcome) }
    if real.signal != virtual.signal { return .differs(.signal) }
    if let difference, let allowed, !allowed.contains(difference) { return .differs(.detection) }
    return .agrees
  }

  /// The virtual clock's detection time minus the real one's; nil unless both have one.
  public var difference: Duration? {
    guard let real = real.detection, let virtual = virtual.detection else { return nil }
    return virtual - real
  }

  /// The allowed range of the difference; nil unless both have a predicted range.
  public var allowed: ClosedRange<Duration>? {
    guard let real = real.explained, let virtual = virtual.explained else { return nil }
    return (virtual.lowerBound - real.upperBound)...(virtual.upperBound - real.lowerBound)
  }
}

extension ResultRow {
  /// The range of the detection time by the model, given how well t0 and the declaration are known.
  fileprivate var explained: ClosedRange<Duration>? {
    guard let tolerated = prediction?.tolerated(kernel: KernelTimers(hz: hz)) else { return nil }
    let uncertainty = faultUncertainty ?? .zero
    return (tolerated.lowerBound - uncertainty)...(tolerated.upperBound + uncertainty + (lag ?? .zero))
  }
}
