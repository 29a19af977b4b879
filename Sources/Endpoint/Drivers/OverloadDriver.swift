import EndpointProtocol
import LinuxSystem
import Model

/// A heartbeat whose answers carry the server's load. A number of answers in a row with too high a load, or no answer
/// for too long, declares the server dead.
struct OverloadDriver: DetectorDriver {
  let settings: OverloadSettings
  var heartbeats: Schedule?
  /// Consecutive answers that reported too high a load.
  private var overloads = 0
  /// The sequence number of the last answer that counted: a datagram may arrive twice, or late.
  private var newest: UInt32?
  /// When there were enough such answers.
  private var overloadedAt: Instant?

  init(settings: OverloadSettings) {
    self.settings = settings
  }

  func readBack(from socket: borrowing OwnedDescriptor) throws(SystemError) -> DetectorSettings {
    .overload(settings)
  }

  func makeSideChannel(_ path: WatchedPath, on loop: EventLoop) throws(EndpointError) -> (any SideChannel)? {
    try makePingCompanion(settings.pinging, path, on: loop)
  }

  mutating func begin(at: Instant) {
    heartbeats = Schedule(start: at, interval: settings.interval)
  }

  func counts(_ answer: Frame.Kind) -> Bool { answer == .heartbeatAnswer }

  mutating func learn(_ input: DetectorInput, at now: Instant) {
    guard case .answer(let frame) = input, newest.map({ frame.sequence > $0 }) ?? true else { return }
    newest = frame.sequence
    overloads = Double(frame.serverLoad) >= settings.threshold * 1000 ? overloads + 1 : 0
    overloadedAt = overloads < settings.samples ? nil : overloadedAt ?? now
  }

  func deadline(lastAnswer: Instant?, oldestRequest: Instant?) -> Deadline? {
    guard let start = heartbeats?.start else { return nil }
    if let overloadedAt { return Deadline(at: overloadedAt, signal: .overloaded) }
    return Deadline(at: (lastAnswer ?? start) + settings.timeout, signal: .missedHeartbeats)
  }
}
