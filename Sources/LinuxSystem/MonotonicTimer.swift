import CLinux

/// A timer on CLOCK_MONOTONIC that makes a descriptor readable (timerfd_create(2)).
public struct MonotonicTimer: ~Copyable, Sendable {
  /// Readable from the expiry until the timer is set again.
  public let descriptor: OwnedDescriptor

  public init() throws(SystemError) {
    descriptor = OwnedDescriptor(owning: try systemCall("timerfd_create") { clinux_timer_create() })
  }

  /// timerfd_settime(2) to an absolute time in nanoseconds; a time that has passed expires at once. nil disarms.
  public borrowing func set(_ nanoseconds: Int64?) throws(SystemError) {
    let timer = descriptor.raw
    // 0 would disarm the timer, so times at or before the clock's start become 1 ns after it.
    let time = nanoseconds.map { max($0, 1) } ?? 0
    try systemCall("timerfd_settime") { clinux_timer_set_absolute(timer, time) }
  }
}
