import Dispatch
import Glibc
import Model
import Synchronization

/// Turns SIGINT, SIGTERM and SIGHUP into a cancellation, once; a second one ends the process at once.
final class SignalWatcher: @unchecked Sendable {
  private let caught = Mutex<Int32?>(nil)
  // Not Sendable by themselves; set once before any signal can arrive, and only kept alive afterwards.
  private let sources: [any DispatchSourceSignal]

  init(cancel: @escaping @Sendable () -> Void) {
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
        if first { cancel() }
      }
      source.resume()
    }
  }

  /// The status for the signal that came; nil if none did.
  var exitStatus: ExitStatus? {
    caught.withLock { $0 }.map { $0 == SIGINT ? .interrupted : .terminated }
  }
}
