import Model
import Synchronization

/// When to give up on guests that fail (hang, panic, crash) one after another.
///
/// A guest that hangs costs two minutes, and every measurement that is lost costs a guest. After three guests in a row
/// that ended without a row, the rest of their shard is not tried. Neither are other shards of the same detector, seen
/// from the same side, unless one of its guests has given a row in between.
final class GuestFailures: Sendable {
  /// This many in a row are not an accident.
  static let most = 3

  private struct Subject: Hashable {
    let scenario: String
    let detector: String
    let observer: Observer

    init(_ shard: GuestShard) {
      let first = shard.measurements[0]
      (scenario, detector, observer) = (first.scenario.name, first.detector.name, first.observer)
    }
  }

  private let state = Mutex([Subject: (inARow: Int, last: String)]())

  /// A guest of this shard has ended without its next row.
  func failed(_ shard: GuestShard, because reason: String) {
    state.withLock { state in
      state[Subject(shard)] = ((state[Subject(shard)]?.inARow ?? 0) + 1, reason)
    }
  }

  /// A guest of this shard has given a row.
  func succeeded(_ shard: GuestShard) {
    state.withLock { state in
      if let before = state[Subject(shard)] { state[Subject(shard)] = (0, before.last) }
    }
  }

  /// Why the rest of this shard is not measured; nil if it is.
  ///
  /// - Parameter inARow: how many of the shard's own guests have failed one after another.
  func reasonToGiveUp(_ shard: GuestShard, inARow: Int) -> String? {
    guard let known = state.withLock({ $0[Subject(shard)] }), max(inARow, known.inARow) >= Self.most else { return nil }
    return "not tried, as \(Self.most) guests in a row had failed; the last one: \(known.last)"
  }
}
