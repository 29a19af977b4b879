import EndpointProtocol
import LinuxSystem
import Model

/// Watches whether the kernel has a route to the peer: without one the peer is taken for dead.
struct RouteMonitorDriver: DetectorDriver {
  private var path = LostPath()

  func readBack(from socket: borrowing OwnedDescriptor) throws(SystemError) -> DetectorSettings { .routeMonitor }

  func makeCompanion(_ path: WatchedPath, on loop: EventLoop) throws(EndpointError) -> (any Companion)? {
    try RouteCompanion(path, on: loop)
  }

  mutating func begin(at start: Instant) { path.begin(at: start) }

  func counts(_ answer: Frame.Kind) -> Bool { false }

  mutating func learn(_ evidence: Evidence, at now: Instant) { path.learn(evidence, at: now) }

  func deadline(lastAnswer: Instant?, oldestRequest: Instant?) -> Deadline? { path.deadline(.routeLost) }
}
