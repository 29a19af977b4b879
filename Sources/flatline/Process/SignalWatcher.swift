import Dispatch
import Glibc
import Model
import Synchronization

/// Turns SIGINT, SIGTERM and SIGHUP into a cancellation, once; a second one ends the process at once.
final class SignalWatcher: @unchecked Sendable {
  private let caught = Mutex<Int32?>(nil)
  /// What is going on, to be cancelled.
  private let cancel = Mutex<(@Sendable () -> Void)?>(nil)
  // Not Sendable by themselves; set once before any signal can arrive, and only kept alive afterwards.
  private let sources: [any DispatchSourceSignal]

  /// From here on signals are caught; one for a whole command, as a second would take the first's signals.
  init() {
    let queue = DispatchQueue(label: "signals")
    let sources = [SIGINT, SIGTERM, SIGHUP].map { number in
      signal(number, SIG_IGN)
      return (number, DispatchSource.makeSignalSource(signal: number, queue: queue))
    }
    self.sources = sources.map(\.1)
    for (number, source) in sources {
      source.setEventHandler { [self] in
        let first = caught.withLock { caught in
          defer { caught = caught ?? number }
          return caught == nil
        }
        // The default action from here on: whoever asks twice will not wait.
        signal(number, SIG_DFL)
        if first { cancel.withLock { $0 }?() }
      }
      source.resume()
    }
  }

  /// Does the work as a task that is cancelled by a signal, also by one that came before.
  func run<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
    let task = Task { try await work() }
    cancel.withLock { $0 = { task.cancel() } }
    if exitStatus != nil { task.cancel() }
    return try await task.value
  }

  /// The status for the signal that came; nil if none did.
  var exitStatus: ExitStatus? {
    caught.withLock { $0 }.map { $0 == SIGINT ? .interrupted : .terminated }
  }
}
