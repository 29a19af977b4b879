import Detectors
import EndpointProtocol
import LinuxSystem
import Model

/// The phi accrual failure detector on the answers to heartbeats: the peer is suspected when phi reaches the threshold.
struct PhiAccrualDriver: DetectorDriver {
  let settings: PhiAccrualSettings
  var heartbeats: Schedule?
  private var estimator: PhiAccrualEstimator?
  /// The sequence number of the last answer that counted: a datagram may arrive twice, or late.
  private var newest: UInt32?

  init(settings: PhiAccrualSettings) {
    self.settings = settings
  }

  func readBack(from socket: borrowing OwnedDescriptor) throws(SystemError) -> DetectorSettings {
    .phiAccrual(settings)
  }

  func makeSideChannel(_ path: WatchedPath, on loop: EventLoop) throws(EndpointError) -> (any SideChannel)? {
    try makePingCompanion(settings.pinging, path, on: loop)
  }

  mutating func begin(at: Instant) {
    heartbeats = Schedule(start: at, interval: settings.interval)
    estimator = PhiAccrualEstimator(
      start: at, interval: settings.interval, window: settings.window, minDeviation: settings.minDeviation)
  }

  func counts(_ answer: Frame.Kind) -> Bool { answer == .heartbeatAnswer }

  mutating func learn(_ input: DetectorInput, at now: Instant) {
    guard case .answer(let frame) = input, newest.map({ frame.sequence > $0 }) ?? true else { return }
    newest = frame.sequence
    estimator?.arrived(at: now)
  }

  func deadline(lastAnswer: Instant?, oldestRequest: Instant?) -> Deadline? {
    estimator.map { Deadline(at: $0.crossing(of: settings.threshold), signal: .missedHeartbeats) }
  }

  var arrivals: ArrivalEstimate? {
    estimator.map { ArrivalEstimate(mean: $0.mean, deviation: $0.deviation) }
  }
}
