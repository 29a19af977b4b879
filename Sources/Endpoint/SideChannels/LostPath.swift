import Model

/// Since when the path has been lost, as a side channel reports it: the common part of the link and route monitors.
struct LostPath {
  private var since: Instant?

  /// A path that was lost before counts as lost from here on.
  mutating func begin(at start: Instant) {
    if since != nil { since = start }
  }

  mutating func learn(_ input: DetectorInput, at now: Instant) {
    switch input {
    case .pathLost: since = since ?? now
    case .pathRestored: since = nil
    case .sent, .answer, .attemptStarted, .attemptSucceeded, .attemptFailed: break
    }
  }

  /// A lost path is a verdict at once.
  func deadline(_ signal: Signal) -> Deadline? {
    since.map { Deadline(at: $0, signal: signal) }
  }
}
