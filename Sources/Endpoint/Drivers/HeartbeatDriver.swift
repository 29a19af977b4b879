import EndpointProtocol
import LinuxSystem
import Model

/// The application's heartbeat: a ping at `at` + k x interval, whether or not earlier ones were answered. The peer is
/// dead when the last answer to a ping is `timeout` old (before the first answer: when `timeout` has passed since
/// `at`).
struct HeartbeatDriver: DetectorDriver {
  let settings: HeartbeatSettings
  var heartbeats: Schedule?

  init(settings: HeartbeatSettings) {
    self.settings = settings
  }

  func readBack(from socket: borrowing OwnedDescriptor) throws(SystemError) -> DetectorSettings {
    .heartbeat(settings)
  }

  func makeSideChannel(_ path: WatchedPath, on loop: EventLoop) throws(EndpointError) -> (any SideChannel)? {
    try makePingCompanion(settings.pinging, path, on: loop)
  }

  mutating func begin(at: Instant) {
    heartbeats = Schedule(start: at, interval: settings.interval)
  }

  func counts(_ answer: Frame.Kind) -> Bool { answer == .heartbeatAnswer }

  func deadline(lastAnswer: Instant?, oldestRequest: Instant?) -> Deadline? {
    guard let start = heartbeats?.start else { return nil }
    return Deadline(at: (lastAnswer ?? start) + settings.timeout, signal: .missedHeartbeats)
  }
}
