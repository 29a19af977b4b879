import Glibc

/// The machine's clocks.
public enum Clocks {
  /// CLOCK_MONOTONIC in nanoseconds.
  public static func monotonicNanoseconds() -> Int64 {
    nanoseconds(of: CLOCK_MONOTONIC)
  }

  /// CLOCK_REALTIME in nanoseconds since 1970.
  public static func realtimeNanoseconds() -> Int64 {
    nanoseconds(of: CLOCK_REALTIME)
  }

  /// The kernel's HZ: the coarse clock advances once a tick (kernel/time/timekeeping.c, ktime_get_coarse_ts64).
  public static func kernelHZ() -> Int {
    var resolution = timespec()
    guard clock_getres(CLOCK_MONOTONIC_COARSE, &resolution) == 0, resolution.tv_nsec > 0 else { return 250 }
    return Int((1_000_000_000 + Int64(resolution.tv_nsec) / 2) / Int64(resolution.tv_nsec))
  }

  private static func nanoseconds(of clock: clockid_t) -> Int64 {
    var time = timespec()
    clock_gettime(clock, &time)
    return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
  }
}
