import EndpointProtocol
import LinuxSystem
import Model

/// Watches the carrier of the interface that routes to the peer: without it the peer is taken for dead.
struct LinkMonitorDriver: DetectorDriver {
  private var lostAt: Instant?

  func readBack(from socket: borrowing OwnedDescriptor) throws(SystemError) -> DetectorSettings { .linkMonitor }

  func makeCompanion(_ path: WatchedPath, on loop: EventLoop) throws(EndpointError) -> (any Companion)? {
    try LinkCompanion(path, on: loop)
  }

  /// What was lost before counts from here on.
  mutating func begin(at: Instant) {
    if lostAt != nil { lostAt = at }
  }

  func counts(_ answer: Frame.Kind) -> Bool { false }

  mutating func learn(_ evidence: Evidence, at now: Instant) {
    switch evidence {
    case .pathLost: lostAt = lostAt ?? now
    case .pathRestored: lostAt = nil
    case .sent, .answer, .attemptStarted, .attemptSucceeded, .attemptFailed: break
    }
  }

  func deadline(lastAnswer: Instant?, oldestRequest: Instant?) -> Deadline? {
    lostAt.map { Deadline(at: $0, signal: .carrierLost) }
  }
}
