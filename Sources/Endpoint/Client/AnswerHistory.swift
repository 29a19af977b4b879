import Model

/// The times of the latest answers: at least the last `capacity` of them.
struct AnswerHistory {
  private static let capacity = 4096
  /// In order of time.
  private var instants: [Instant] = []

  var last: Instant? { instants.last }

  mutating func add(_ instant: Instant) {
    if instants.count >= 2 * AnswerHistory.capacity { instants.removeFirst(AnswerHistory.capacity) }
    instants.append(instant)
  }

  /// The last answer at or before `time`.
  func last(notAfter time: Instant) -> Instant? { instants.last { $0 <= time } }

  /// The first answer after `time`.
  func first(after time: Instant) -> Instant? { instants.first { $0 > time } }
}
