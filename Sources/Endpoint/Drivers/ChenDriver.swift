import Detectors
import EndpointProtocol
import LinuxSystem
import Model

/// NFD-E on the answers to heartbeats: the peer is suspected when the freshness point passes without a fresh answer.
struct ChenDriver: DetectorDriver {
  let settings: ChenSettings
  var heartbeats: Schedule?
  private var estimator: ChenEstimator?
  /// The positions in the schedule of the heartbeats that may still be answered. A stalled loop skips some heartbeats,
  /// so the frames' own sequence numbers would make every later answer look late.
  private var places: [(sequence: UInt32, place: Int64)] = []

  init(settings: ChenSettings) {
    self.settings = settings
  }

  func readBack(from socket: borrowing OwnedDescriptor) throws(SystemError) -> DetectorSettings { .chen(settings) }

  func makeSideChannel(_ path: WatchedPath, on loop: EventLoop) throws(EndpointError) -> (any SideChannel)? {
    try makePingCompanion(settings.pinging, path, on: loop)
  }

  mutating func begin(at: Instant) {
    heartbeats = Schedule(start: at, interval: settings.interval)
    estimator = ChenEstimator(
      start: at, interval: settings.interval, margin: settings.margin, window: settings.window)
  }

  func counts(_ answer: Frame.Kind) -> Bool { answer == .heartbeatAnswer }

  mutating func learn(_ input: DetectorInput, at now: Instant) {
    switch input {
    case .sent(let sequence, let due):
      guard let start = heartbeats?.start else { return }
      if places.count >= 8192 { places.removeFirst(4096) }
      places.append((sequence, (due - start).inNanoseconds / settings.interval.inNanoseconds))
    case .answer(let frame):
      guard let index = places.firstIndex(where: { $0.sequence == frame.sequence }) else { return }
      estimator?.arrived(places[index].place, at: now)
      // Answers to older heartbeats would be stale: they are no longer needed.
      places.removeSubrange(...index)
    case .attemptStarted, .attemptSucceeded, .attemptFailed, .pathLost, .pathRestored: break
    }
  }

  func deadline(lastAnswer: Instant?, oldestRequest: Instant?) -> Deadline? {
    estimator.map { Deadline(at: $0.freshnessPoint, signal: .missedHeartbeats) }
  }

  var arrivals: ArrivalEstimate? {
    estimator.map { ArrivalEstimate(nextArrival: $0.nextArrival) }
  }
}
