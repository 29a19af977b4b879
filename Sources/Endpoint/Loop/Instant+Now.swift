import LinuxSystem
import Model

extension Instant {
  /// This very moment.
  static var now: Instant { Instant(nanoseconds: Clocks.monotonicNanoseconds()) }
}
