import EndpointProtocol
import LinuxSystem
import Model

/// Watches the carrier of the interface that routes to the peer: without a carrier, the peer is declared dead.
struct LinkMonitorDriver: DetectorDriver {
  private var path = LostPath()

  func readBack(from socket: borrowing OwnedDescriptor) throws(SystemError) -> DetectorSettings { .linkMonitor }

  func makeSideChannel(_ path: WatchedPath, on loop: EventLoop) throws(EndpointError) -> (any SideChannel)? {
    try LinkSideChannel(path, on: loop)
  }

  mutating func begin(at start: Instant) { path.begin(at: start) }

  func counts(_ answer: Frame.Kind) -> Bool { false }

  mutating func learn(_ input: DetectorInput, at now: Instant) { path.learn(input, at: now) }

  func deadline(lastAnswer: Instant?, oldestRequest: Instant?) -> Deadline? { path.deadline(.carrierLost) }
}
