import Model

/// Conversions between durations and the kernel's jiffies.
extension KernelTimers {
  private var tickNanoseconds: Int64 { tick.inNanoseconds }

  /// `msecs_to_jiffies`, `usecs_to_jiffies` (kernel/time/time.c): rounded up.
  func ticksUp(_ duration: Duration) -> Int64 { -((-duration.inNanoseconds).flooredDivision(by: tickNanoseconds)) }

  /// Rounded down.
  func ticksDown(_ duration: Duration) -> Int64 { duration.inNanoseconds.flooredDivision(by: tickNanoseconds) }

  /// For values that the kernel reports in milliseconds but keeps in jiffies (`jiffies_to_msecs`).
  func ticksNearest(_ duration: Duration) -> Int64 {
    (duration.inNanoseconds + tickNanoseconds / 2).flooredDivision(by: tickNanoseconds)
  }

  func duration(ticks: Int64) -> Duration { .nanoseconds(ticks * tickNanoseconds) }

  /// A range of ticks, counted from somewhere in `zero`.
  func times(_ ticks: ClosedRange<Int64>, from zero: ClosedRange<Duration>) -> ClosedRange<Duration> {
    let earliest = zero.lowerBound + duration(ticks: ticks.lowerBound)
    return earliest...max(earliest, zero.upperBound + duration(ticks: ticks.upperBound))
  }

  /// The jiffies in which something may have happened that was observed at `instant`, with some tolerance; nil if
  /// unknown.
  func jiffies(at instant: Instant, early: Duration, late: Duration) -> ClosedRange<Int64>? {
    guard let jiffiesOffset else { return nil }
    let first = (instant - early).nanoseconds.flooredDivision(by: tickNanoseconds)
    let last = (instant + late).nanoseconds.flooredDivision(by: tickNanoseconds)
    return jiffiesOffset + first...jiffiesOffset + last
  }

  /// When the absolute jiffy `jiffy` begins; meaningless without `jiffiesOffset`.
  func instant(ofJiffy jiffy: Int64) -> Instant {
    Instant(nanoseconds: (jiffy - (jiffiesOffset ?? 0)) * tickNanoseconds)
  }
}

extension Int64 {
  func flooredDivision(by divisor: Int64) -> Int64 {
    let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
