import Model

/// What a detector that learns knew, and since when: the last `capacity` estimates at least.
struct EstimateHistory {
  private static let capacity = 1024
  private var entries: [(since: Instant, estimate: ArrivalEstimate)] = []

  mutating func add(_ estimate: ArrivalEstimate, at now: Instant) {
    if entries.last?.estimate == estimate { return }
    if entries.count >= 2 * EstimateHistory.capacity { entries.removeFirst(EstimateHistory.capacity) }
    entries.append((now, estimate))
  }

  /// What was known at `time`; the earliest estimate for a time before it, nil if there is none at all.
  func estimate(at time: Instant) -> ArrivalEstimate? {
    (entries.last { $0.since <= time } ?? entries.first)?.estimate
  }
}
