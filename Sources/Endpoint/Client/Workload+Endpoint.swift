import EndpointProtocol
import Model

extension Workload {
  /// The bytes that make a frame as long as the workload's messages are.
  var padding: Int {
    switch self {
    case .idle: 0
    case .requests(_, _, let size), .push(_, let size), .trickle(_, let size): size - Workload.smallest
    }
  }

  /// The messages that `side` sends, from `start` on; nil if it sends none.
  func schedule(of side: Observer, from start: Instant) -> Schedule? {
    guard sender == side, let spacing else { return nil }
    return Schedule(start: start, interval: spacing)
  }

  /// A schedule must go forward, and a message must fit into a frame.
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
