import EndpointProtocol
import LinuxSystem
import Model

/// How an observer runs one mechanism: the socket options it sets, the frames it sends, and its deadline.
///
/// What the kernel itself signals (an errno, the peer's close) declares the peer dead under every mechanism; a driver
/// adds its mechanism's own rules. Drivers do no I/O except for the options, and read no clock. A `SideChannel` does
/// anything else that a mechanism needs, and tells the driver what it found.
protocol DetectorDriver {
  /// Sets what the mechanism needs on the socket, before it connects.
  func prepare(_ socket: borrowing OwnedDescriptor) throws(EndpointError)

  /// The settings as the kernel took them.
  func readBack(from socket: borrowing OwnedDescriptor) throws(SystemError) -> DetectorSettings

  /// Does the mechanism's I/O besides the connection; nil if there is none. Called once the connection is established.
  func makeSideChannel(_ path: WatchedPath, on loop: EventLoop) throws(EndpointError) -> (any SideChannel)?

  /// The measurement starts at `at`; nothing is sent or declared before.
  mutating func begin(at: Instant)

  /// Whether such an answer is a sign of life to this mechanism.
  func counts(_ answer: Frame.Kind) -> Bool

  /// The schedule of its heartbeats, or checks by connecting; nil if there are none, or before `begin`.
  var heartbeats: Schedule? { get set }

  /// Learns from what was sent, received or found out at `at`.
  mutating func learn(_ input: DetectorInput, at: Instant)

  /// When the peer is declared dead if nothing comes in until then, and by what signal; nil if never. The peer is
  /// suspected as long as that time is past.
  ///
  /// - Parameters:
  ///   - lastAnswer: when the last answer that counts came in.
  ///   - oldestRequest: when the oldest request without an answer was sent.
  func deadline(lastAnswer: Instant?, oldestRequest: Instant?) -> Deadline?

  /// The deadline has passed, or the connection has ended: returns whether to reopen the connection at `at` and go on,
  /// instead of declaring the peer dead. The new connection's first heartbeat is then sent at once.
  mutating func reopens(at: Instant) -> Bool

  /// What the mechanism has learned from its answers; nil if it learns nothing, or before `begin`.
  var arrivals: ArrivalEstimate? { get }

  /// The longest heartbeat interval that was found good, reported once each time one is found; nil if there is nothing
  /// new.
  mutating func takeLearned() -> Duration?

  /// When the check by connecting that was under way at `time` began; nil if none was.
  func connectingSince(_ time: Instant) -> Instant?
}

/// When a mechanism gives up, and the signal that it gives then.
struct Deadline: Hashable {
  var at: Instant
  var signal: Signal
}

/// What a driver learns from.
enum DetectorInput: Hashable {
  /// A heartbeat was sent that had been due at `due`.
  case sent(sequence: UInt32, due: Instant)
  /// An answer that counts.
  case answer(Frame)
  case attemptStarted
  case attemptSucceeded
  case attemptFailed(Signal)
  /// The interface's carrier, or the route to the peer, is gone.
  case pathLost
  case pathRestored
}

extension DetectorDriver {
  func prepare(_ socket: borrowing OwnedDescriptor) throws(EndpointError) {}
  func makeSideChannel(_ path: WatchedPath, on loop: EventLoop) throws(EndpointError) -> (any SideChannel)? { nil }
  mutating func begin(at: Instant) {}
  func counts(_ answer: Frame.Kind) -> Bool { true }
  var heartbeats: Schedule? {
    get { nil }
    set {}
  }
  mutating func learn(_ input: DetectorInput, at: Instant) {}
  func deadline(lastAnswer: Instant?, oldestRequest: Instant?) -> Deadline? { nil }
  mutating func reopens(at: Instant) -> Bool { false }
  var arrivals: ArrivalEstimate? { nil }
  mutating func takeLearned() -> Duration? { nil }
  func connectingSince(_ time: Instant) -> Instant? { nil }
}

/// The driver of each mechanism.
func makeDriver(_ settings: DetectorSettings) -> any DetectorDriver {
  switch settings {
  case .none: NoneDriver()
  case .keepalive(let settings): KeepaliveDriver(settings: settings)
  case .userTimeout(let settings): UserTimeoutDriver(settings: settings)
  case .retransmission(let settings): RetransmissionDriver(settings: settings)
  case .connect(let settings): ConnectDriver(settings: settings)
  case .heartbeat(let settings): HeartbeatDriver(settings: settings)
  case .requestTimeout(let settings): RequestTimeoutDriver(settings: settings)
  case .phiAccrual(let settings): PhiAccrualDriver(settings: settings)
  case .chen(let settings): ChenDriver(settings: settings)
  case .adaptive(let settings): AdaptiveDriver(settings: settings)
  case .overload(let settings): OverloadDriver(settings: settings)
  case .linkMonitor: LinkMonitorDriver()
  case .routeMonitor: RouteMonitorDriver()
  }
}
