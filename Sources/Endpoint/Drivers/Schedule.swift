import Model

/// A schedule with occurrences at `start` + k x `interval`, k = 0, 1, ...: absolute, so that lateness never
/// accumulates.
struct Schedule: Hashable {
  let start: Instant
  let interval: Duration
  /// The first occurrence not yet served.
  private(set) var next: Instant

  init(start: Instant, interval: Duration) {
    self.start = start
    self.interval = interval
    next = start
  }

  /// Marks the next occurrence as served.
  mutating func advance() {
    next = next + interval
  }

  /// Marks every occurrence up to `now` as served: occurrences that a stalled loop missed are skipped.
  mutating func advance(past now: Instant) {
    next = max(next + interval, first(notBefore: Instant(nanoseconds: now.nanoseconds + 1)))
  }

  /// The first occurrence at or after `time`.
  func first(notBefore time: Instant) -> Instant {
    let elapsed = time.nanoseconds - start.nanoseconds
    guard elapsed > 0 else { return start }
    let step = interval.inNanoseconds
    return Instant(nanoseconds: start.nanoseconds + (elapsed + step - 1) / step * step)
  }
}
