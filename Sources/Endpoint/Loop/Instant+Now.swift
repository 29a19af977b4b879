import LinuxSystem
import Model

extension Instant {
  /// The current time.
  static var now: Instant { Instant(nanoseconds: Clocks.monotonicNanoseconds()) }
}
