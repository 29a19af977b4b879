import EndpointProtocol
import Model

extension Workload {
  /// The padding that makes a frame as long as the workload's messages.
  var padding: Int {
    switch self {
    case .idle: 0
    case .requests(_, _, let size), .push(_, let size), .trickle(_, let size): size - Workload.smallest
    }
  }

  /// The schedule of the messages that `side` sends from `start` on; nil if it sends none.
  func schedule(of side: Observer, from start: Instant) -> Schedule? {
    guard sender == side, let spacing else { return nil }
    return Schedule(start: start, interval: spacing)
  }

  /// Checks that the schedule's spacing is positive and that a message fits into a frame.
  func check(stage: String) throws(EndpointError) {
    if let spacing, spacing <= .zero {
      throw EndpointError(.badCommand, stage: stage, "the spacing of \(name) must be positive")
    }
    guard (0...Frame.longestPadding).contains(padding) else {
      throw EndpointError(
        .badCommand, stage: stage,
        "a message has \(Workload.smallest) to \(Workload.smallest + Frame.longestPadding) bytes")
    }
  }
}
