/// A point on this machine's monotonic clock (`CLOCK_MONOTONIC`), in nanoseconds since an arbitrary start.
///
/// All processes of a run share that clock, so instants from endpoints and runner compare directly.
public struct Instant: Sendable, Hashable, Comparable {
  /// Nanoseconds since the clock's start (usually the boot).
  public let nanoseconds: Int64

  public init(nanoseconds: Int64) {
    self.nanoseconds = nanoseconds
  }

  public static func < (left: Instant, right: Instant) -> Bool {
    left.nanoseconds < right.nanoseconds
  }

  /// The time from `start` to `end`; negative if `end` is earlier.
  public static func - (end: Instant, start: Instant) -> Duration {
    .nanoseconds(end.nanoseconds - start.nanoseconds)
  }

  public static func + (start: Instant, delay: Duration) -> Instant {
    Instant(nanoseconds: start.nanoseconds + delay.inNanoseconds)
  }

  public static func - (end: Instant, delay: Duration) -> Instant {
    Instant(nanoseconds: end.nanoseconds - delay.inNanoseconds)
  }

  /// The instant halfway between two.
  public static func midpoint(_ first: Instant, _ second: Instant) -> Instant {
    Instant(nanoseconds: first.nanoseconds + (second.nanoseconds - first.nanoseconds) / 2)
  }
}
