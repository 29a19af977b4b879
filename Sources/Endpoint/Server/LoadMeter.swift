import Model

/// How busy an event loop was in the last second.
struct LoadMeter {
  private static let window: Int64 = 1_000_000_000
  private var windowStart: Instant
  private var busy: Int64 = 0
  private var busyBefore: Int64 = 0

  init(start: Instant) {
    windowStart = start
  }

  /// The loop worked, instead of waiting, from `start` to `end`.
  mutating func add(from start: Instant, to end: Instant) {
    roll(to: end)
    let inWindow = end.nanoseconds - max(start.nanoseconds, windowStart.nanoseconds)
    busy += max(inWindow, 0)
    // Work before the current window belongs to the previous window.
    let before = windowStart.nanoseconds - max(start.nanoseconds, windowStart.nanoseconds - LoadMeter.window)
    busyBefore = min(busyBefore + max(before, 0), LoadMeter.window)
  }

  /// The busy share of the second before `now`, in thousandths. The previous window's busy time is taken as evenly
  /// spread.
  mutating func permille(at now: Instant) -> UInt16 {
    roll(to: now)
    let elapsed = now.nanoseconds - windowStart.nanoseconds
    let earlier = Double(busyBefore) * Double(LoadMeter.window - elapsed) / Double(LoadMeter.window)
    return UInt16(min(max((Double(busy) + earlier) / Double(LoadMeter.window) * 1000, 0), 1000))
  }

  private mutating func roll(to now: Instant) {
    let windows = (now.nanoseconds - windowStart.nanoseconds) / LoadMeter.window
    guard windows > 0 else { return }
    busyBefore = windows == 1 ? busy : 0
    busy = 0
    windowStart = Instant(nanoseconds: windowStart.nanoseconds + windows * LoadMeter.window)
  }
}
