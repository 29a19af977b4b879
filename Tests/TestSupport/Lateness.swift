import Glibc
import LinuxSystem
import Synchronization

/// How late this machine wakes threads: the lateness that a test may allow a timer under load, in addition to its
/// settings. On a quiet machine this is close to zero, so a detector that is late by itself fails.
public struct Lateness: Sendable {
  private let since: Int64

  /// Measures from now on.
  public static func measure() throws -> Lateness {
    _ = try meter.get()
    return Lateness(since: Clocks.monotonicNanoseconds())
  }

  /// How late any one event may be by now: 50 ms, and three times the worst lateness of a thread that only sleeps.
  public var allowance: Duration { .milliseconds(50) + .nanoseconds(3 * Lateness.worst(since: since)) }

  // MARK: - The thread that only sleeps

  private struct State {
    /// When it should wake; 0 before it has begun.
    var due: Int64 = 0
    /// When it woke late, and by how much.
    var late: [(at: Int64, by: Int64)] = []
  }

  private static let state = Mutex(State())

  private static let meter = Result {
    try JoinableThread {
      while true {
        let due = Clocks.monotonicNanoseconds() + 2_000_000
        state.withLock { $0.due = due }
        usleep(2000)
        let now = Clocks.monotonicNanoseconds()
        if now - due > 500_000 { state.withLock { $0.late.append((now, now - due)) } }
      }
    }
  }

  /// Those that ended after `start`, including one that still lasts.
  private static func worst(since start: Int64) -> Int64 {
    let now = Clocks.monotonicNanoseconds()
    return state.withLock { state in
      let ended = state.late.reversed().prefix { $0.at > start }.map(\.by).max() ?? 0
      return max(ended, state.due > 0 ? now - state.due : 0)
    }
  }
}
