import Dispatch
import Glibc
import Model
import Synchronization

/// Turns SIGINT, SIGTERM and SIGHUP into a cancellation, once; a second one ends the process at once. After
/// `endAtOnce`, the first one does so too.
final class SignalWatcher: @unchecked Sendable {
  private let state = Mutex(State())
  // They are not Sendable; they are set once before any signal can arrive, and only kept alive afterwards.
  private let sources: [any DispatchSourceSignal]

  private struct State {
    var caught: Int32?
    var reaction = Reaction.none
  }

  private enum Reaction {
    case none
    /// Cancels the running work.
    case cancel(@Sendable () -> Void)
    /// Ends the process, after some last words.
    case end(@Sendable (ExitStatus) -> Void)
  }

  /// From here on signals are caught. Use one watcher for a whole command, as a second would take the first one's
  /// signals.
  init() {
    // Serial queues have their own threads, so tasks that keep every thread of Swift's pool busy do not delay signals.
    let queue = DispatchQueue(label: "signals")
    let sources = [SIGINT, SIGTERM, SIGHUP].map { number in
      signal(number, SIG_IGN)
      return (number, DispatchSource.makeSignalSource(signal: number, queue: queue))
    }
    self.sources = sources.map(\.1)
    for (number, source) in sources {
      source.setEventHandler { [self] in react(to: number) }
      source.resume()
    }
  }

  private func react(to number: Int32) {
    let reaction: Reaction = state.withLock { state in
      defer { state.caught = state.caught ?? number }
      return state.caught == nil ? state.reaction : .none
    }
    // The default action from here on: a second signal does not wait.
    signal(number, SIG_DFL)
    switch reaction {
    case .none: break
    case .cancel(let cancel): cancel()
    case .end(let lastWords):
      let status = Self.status(for: number)
      lastWords(status)
      // Not exit(3), which waits for the lock of standard output, for example of a blocked print.
      _exit(status.rawValue)
    }
  }

  /// Does the work in a task that a signal cancels, even one that came before.
  func run<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
    let task = Task { try await work() }
    state.withLock { $0.reaction = .cancel { task.cancel() } }
    if exitStatus != nil { task.cancel() }
    return try await task.value
  }

  /// From here on a signal ends the process at once with its status: nothing is left to be saved. A signal that came
  /// before does not; see `exitStatus`.
  func endAtOnce(lastWords: @escaping @Sendable (ExitStatus) -> Void) {
    state.withLock { $0.reaction = .end(lastWords) }
  }

  /// The status for the signal that came; nil if none did.
  var exitStatus: ExitStatus? { state.withLock { $0.caught }.map(Self.status) }

  private static func status(for number: Int32) -> ExitStatus { number == SIGINT ? .interrupted : .terminated }
}
