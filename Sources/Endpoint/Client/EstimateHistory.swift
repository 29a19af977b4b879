import Model

/// The estimates of a learning detector, with the times since which they hold: at least the last `capacity`.
struct EstimateHistory {
  private static let capacity = 1024
  private var entries: [(since: Instant, estimate: ArrivalEstimate)] = []

  mutating func add(_ estimate: ArrivalEstimate, at now: Instant) {
    if entries.last?.estimate == estimate { return }
    if entries.count >= 2 * EstimateHistory.capacity { entries.removeFirst(EstimateHistory.capacity) }
    entries.append((now, estimate))
  }

  /// The estimate at `time`; for a time before the first estimate, the first one; nil if there is none at all.
  func estimate(at time: Instant) -> ArrivalEstimate? {
    (entries.last { $0.since <= time } ?? entries.first)?.estimate
  }
}
