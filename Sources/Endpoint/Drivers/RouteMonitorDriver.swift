import EndpointProtocol
import LinuxSystem
import Model

/// Watches whether the kernel has a route to the peer: without a route, the peer is declared dead.
struct RouteMonitorDriver: DetectorDriver {
  private var path = LostPath()

  func readBack(from socket: borrowing OwnedDescriptor) throws(SystemError) -> DetectorSettings { .routeMonitor }

  func makeSideChannel(_ path: WatchedPath, on loop: EventLoop) throws(EndpointError) -> (any SideChannel)? {
    try RouteSideChannel(path, on: loop)
  }

  mutating func begin(at start: Instant) { path.begin(at: start) }

  func counts(_ answer: Frame.Kind) -> Bool { false }

  mutating func learn(_ input: DetectorInput, at now: Instant) { path.learn(input, at: now) }

  func deadline(lastAnswer: Instant?, oldestRequest: Instant?) -> Deadline? { path.deadline(.routeLost) }
}
