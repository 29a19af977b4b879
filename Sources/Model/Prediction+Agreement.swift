extension Prediction {
  /// Whether a measurement agrees with the prediction; nil if that cannot be decided.
  ///
  /// The tolerance is [min - 1 tick, max + 2 ticks + 3 ms]: the sample falls anywhere within a tick, a host fires a timer
  /// one tick late in up to a tenth of cases, and an event loop takes its time to wake up.
  ///
  /// - Parameters:
  ///   - detection: from t0 to the declaration; nil if there was none.
  ///   - observed: from t0 to the end of the observation; nil if it lasted as long as any prediction. A window that was
  ///     over before the latest predicted declaration proves nothing if there was none.
  public func agrees(detection: Duration?, observed: Duration? = nil, kernel: KernelTimers) -> Bool? {
    switch self {
    case .unknown: return nil
    case .never: return detection == nil
    case .range:
      guard let tolerated = tolerated(kernel: kernel) else { return nil }
      if let detection { return tolerated.contains(detection) }
      if let observed, observed < tolerated.upperBound { return nil }
      return false
    }
  }

  /// The range with its tolerance; nil if there is no range.
  public func tolerated(kernel: KernelTimers) -> ClosedRange<Duration>? {
    guard case .range(let min, let max) = self else { return nil }
    return (min - kernel.tick)...(max + kernel.tick * 2 + .milliseconds(3))
  }
}
