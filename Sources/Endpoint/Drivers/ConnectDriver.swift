import EndpointProtocol
import Glibc
import LinuxSystem
import Model

/// A check by connecting: the peer is dead when an attempt fails, or takes longer than its own timeout.
struct ConnectDriver: DetectorDriver {
  let settings: ConnectSettings
  var heartbeats: Schedule?
  /// When the latest attempts began and ended, oldest first.
  private var attempts: [(began: Instant, ended: Instant?)] = []
  private var failure: Deadline?

  init(settings: ConnectSettings) {
    self.settings = settings
  }

  /// Sets the options of an attempt's socket.
  func prepareAttempt(_ socket: borrowing OwnedDescriptor) throws(EndpointError) {
    let userTimeout = try settings.userTimeout.map { (timeout) throws(EndpointError) in
      try whole(timeout, in: .milliseconds(1), name: "the user timeout")
    }
    try during("open", .unsupported) { () throws(SystemError) in
      if let retries = settings.synRetries { try socket.setOption(.synCount, to: retries) }
      if let userTimeout { try socket.setOption(.userTimeout, to: userTimeout) }
      // With this, an attempt leaves neither TIME-WAIT nor a connection to the peer behind.
      try socket.abortOnClose()
    }
  }

  /// No option is set on the watched connection's own socket; an attempt's socket shows what the kernel took.
  func readBack(from socket: borrowing OwnedDescriptor) throws(SystemError) -> DetectorSettings {
    var actual = settings
    let attempt = try Sockets.tcp(family: AF_INET)
    if let retries = settings.synRetries {
      try attempt.setOption(.synCount, to: retries)
      actual.synRetries = try attempt.option(.synCount)
    }
    if let timeout = settings.userTimeout {
      try attempt.setOption(.userTimeout, to: Int(timeout.inNanoseconds / 1_000_000))
      actual.userTimeout = .milliseconds(try attempt.option(.userTimeout))
    }
    return .connect(actual)
  }

  func makeSideChannel(_ path: WatchedPath, on loop: EventLoop) throws(EndpointError) -> (any SideChannel)? {
    // Settings that cannot be applied are refused now, not when the first attempt is due.
    try prepareAttempt(try during("open") { () throws(SystemError) in try Sockets.tcp(family: path.peer.family) })
    return ConnectAttempts(to: path.peer, driver: self, on: loop)
  }

  mutating func begin(at: Instant) {
    heartbeats = Schedule(start: at, interval: settings.interval)
  }

  /// An answer on the watched connection says nothing about new connections.
  func counts(_ answer: Frame.Kind) -> Bool { false }

  mutating func learn(_ input: DetectorInput, at now: Instant) {
    switch input {
    case .attemptStarted:
      if attempts.count >= 2048 { attempts.removeFirst(1024) }
      attempts.append((now, nil))
    case .attemptSucceeded: endAttempt(at: now)
    case .attemptFailed(let signal):
      endAttempt(at: now)
      failure = failure ?? Deadline(at: now, signal: signal)
    case .sent, .answer, .pathLost, .pathRestored: break
    }
  }

  func deadline(lastAnswer: Instant?, oldestRequest: Instant?) -> Deadline? {
    if let failure { return failure }
    guard let timeout = settings.timeout, let attempt = attempts.last, attempt.ended == nil else { return nil }
    return Deadline(at: attempt.began + timeout, signal: .connectTimeout)
  }

  func connectingSince(_ time: Instant) -> Instant? {
    attempts.last { $0.began <= time }.flatMap { attempt in
      if let ended = attempt.ended, ended <= time { nil } else { attempt.began }
    }
  }

  private mutating func endAttempt(at now: Instant) {
    if !attempts.isEmpty { attempts[attempts.count - 1].ended = now }
  }
}
