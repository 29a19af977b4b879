import Model

/// Since when the path is lost, as a side channel tells it: what the monitors of link and route have in common.
struct LostPath {
  private var since: Instant?

  /// What was lost before counts from here on.
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
