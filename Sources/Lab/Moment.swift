import LinuxSystem
import Model

/// An instant that is known only to lie between two others: before a request to the kernel, and after its
/// acknowledgement.
public struct Moment: Sendable, Hashable {
  public let before: Instant
  public let after: Instant

  public init(before: Instant, after: Instant) {
    self.before = before
    self.after = after
  }

  public var midpoint: Instant { .midpoint(before, after) }
  /// Half the time between the two.
  public var uncertainty: Duration { (after - before) / 2 }

  /// The time that `action` takes.
  public static func measure(_ action: () throws -> Void) rethrows -> Moment {
    let before = Instant.now
    try action()
    return Moment(before: before, after: .now)
  }
}

extension Instant {
  /// CLOCK_MONOTONIC now.
  public static var now: Instant { Instant(nanoseconds: Clocks.monotonicNanoseconds()) }
}
