import Model

/// NFD-E of Chen, Toueg and Aguilera (2002), "On the quality of service of failure detectors", section VI: the monitor
/// estimates the next heartbeat's arrival time from those of the last ones,
///
///     EA(l+1) = (1/n) sum (A_i - eta s_i) + (l+1) eta,   tau(l+1) = EA(l+1) + alpha
///
/// and suspects its peer from the freshness point tau(l+1) on, unless a heartbeat newer than l has come. Here the
/// heartbeats are answers to the monitor's own: all times are from one clock, and a delay is a whole round trip.
public struct ChenEstimator: Sendable, Hashable {
  private let start: Instant
  /// eta.
  private let interval: Duration
  /// alpha.
  private let margin: Duration
  private let window: Int
  /// A_i - eta s_i of the last fresh arrivals, in nanoseconds since the start.
  private var delays: [Int64] = []
  /// l, the largest number that has arrived; nil before the first.
  public private(set) var latest: Int64?
  /// EA(l+1); before the first arrival one interval after the start.
  public private(set) var nextArrival: Instant

  /// - Parameters:
  ///   - start: when heartbeat 0 is sent; heartbeat s is sent at start + s x interval.
  ///   - window: how many arrivals enter the estimate, n; at least 1.
  public init(start: Instant, interval: Duration, margin: Duration, window: Int) {
    precondition(window > 0, "a window must hold at least one value")
    self.start = start
    self.interval = interval
    self.margin = margin
    self.window = window
    nextArrival = start + interval
  }

  /// The answer to heartbeat `number` came in. A stale answer, not newer than all before it, changes nothing.
  public mutating func arrived(_ number: Int64, at now: Instant) {
    if let latest, number <= latest { return }
    latest = number
    if delays.count == window { delays.removeFirst() }
    delays.append((now - start - interval * Int(number)).inNanoseconds)
    let delay = Double(delays.reduce(0, +)) / Double(delays.count)
    nextArrival = start + interval * Int(number + 1) + .nanoseconds(Int64(delay.rounded()))
  }

  /// tau(l+1): the peer is suspected from here on.
  public var freshnessPoint: Instant { nextArrival + margin }
}
