import EndpointProtocol
import LinuxSystem
import Model

/// How the client runs one mechanism: the socket options it sets, the frames it sends, and its deadline.
///
/// What the kernel itself signals (an errno, the peer's close) declares the peer dead whatever the mechanism; drivers
/// add what is their own. They do no I/O but for the options, and read no clock.
protocol DetectorDriver {
  /// Sets what the mechanism needs on the socket, before it connects.
  func prepare(_ socket: borrowing OwnedDescriptor) throws(EndpointError)

  /// The settings as the kernel took them.
  func readBack(from socket: borrowing OwnedDescriptor) throws(SystemError) -> DetectorSettings

  /// The measurement starts at `at`; nothing is sent or declared before.
  mutating func begin(at: Instant)

  /// Whether such an answer is a sign of life to this mechanism.
  func counts(_ answer: Frame.Kind) -> Bool

  /// The schedule of its heartbeats; nil if it sends none, or before `begin`.
  var heartbeats: Schedule? { get set }

  /// When the peer is declared dead if nothing comes in until then, and by what signal; nil if never.
  ///
  /// - Parameters:
  ///   - lastAnswer: when the last answer that counts came in.
  ///   - oldestRequest: when the oldest request without an answer was sent.
  func deadline(lastAnswer: Instant?, oldestRequest: Instant?) -> Deadline?
}

/// When a mechanism gives up, and what it says then.
struct Deadline: Hashable {
  var at: Instant
  var signal: Signal
}

extension DetectorDriver {
  func prepare(_ socket: borrowing OwnedDescriptor) throws(EndpointError) {}
  mutating func begin(at: Instant) {}
  func counts(_ answer: Frame.Kind) -> Bool { true }
  var heartbeats: Schedule? {
    get { nil }
    set {}
  }
  func deadline(lastAnswer: Instant?, oldestRequest: Instant?) -> Deadline? { nil }
}

/// The driver of each mechanism.
func makeDriver(_ settings: DetectorSettings) -> any DetectorDriver {
  switch settings {
  case .none: NoneDriver()
  case .keepalive(let settings): KeepaliveDriver(settings: settings)
  case .heartbeat(let settings): HeartbeatDriver(settings: settings)
  case .requestTimeout(let settings): RequestTimeoutDriver(settings: settings)
  }
}
