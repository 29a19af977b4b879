import EndpointProtocol
import LinuxSystem
import Model

/// What a server does on its first client's connection besides answering: it watches the connection by a mechanism, and
/// pushes messages over it.
///
/// It stops while the server is saturated: what it should have noticed meanwhile it notices when the server is
/// relieved.
final class ServerSession {
  private enum Phase: Equatable {
    /// No client has connected, or no frame has come in yet.
    case opening
    case ready
    /// Nothing is sent before `at`.
    case waiting(until: Instant)
    case running
    case finished
  }

  private let loop: EventLoop
  private let workload: Workload
  /// False if it only pushes: then it reports nothing but the end.
  private let isObserver: Bool
  private var phase = Phase.opening
  private var detectorRunner: DetectorRunner
  private var hasClient = false
  /// The watched connection; nil before it is accepted, and once it is gone.
  private var connection: Connection?
  /// A connection that this session has given up, and that the server still holds.
  private var abandoned: Connection?
  private var push: Schedule?
  private var messagesSent: UInt32 = 0

  /// nil if the task asks neither for watching nor for pushing.
  init?(_ task: ServerTask, on loop: EventLoop) throws(EndpointError) {
    try task.workload.check(stage: "listen")
    guard task.watching != nil || task.workload.sender == .server else { return nil }
    let watching = task.watching ?? Watch(settings: .none)
    try ServerSession.check(watching)
    detectorRunner = try DetectorRunner(watching, stage: "listen")
    self.loop = loop
    workload = task.workload
    isObserver = task.watching != nil
  }

  private static func check(_ watching: Watch) throws(EndpointError) {
    let mechanism = watching.settings.mechanism
    guard mechanism.canObserveFromServer else {
      throw EndpointError(.badCommand, stage: "listen", "\(mechanism.rawValue) can only be run by a client")
    }
    // A client has no port to which a server could send datagrams.
    guard watching.settings.pinging?.transport != .udp else {
      throw EndpointError(.badCommand, stage: "listen", "a server's heartbeats can only go over tcp")
    }
  }

  // MARK: - The connection

  /// Sets the mechanism's options on the first connection that comes in.
  func prepare(_ socket: borrowing OwnedDescriptor) throws(EndpointError) {
    if !hasClient { try detectorRunner.driver.prepare(socket) }
  }

  func accepted(_ connection: Connection) {
    if hasClient { return }
    hasClient = true
    self.connection = connection
  }

  /// Handles what epoll reports of one of the session's own descriptors; false if the token belongs to none of them.
  func serve(_ ready: Epoll.Ready, at now: Instant) -> Bool {
    guard detectorRunner.owns(ready.token) else { return false }
    detectorRunner.serveCompanion(ready, at: now)
    detectorRunner.reconsider(at: now, oldestRequest: nil)
    return true
  }

  /// Handles frames that came in on any connection.
  func received(_ frames: [Frame], on connection: Connection, at now: Instant) throws(EndpointError) {
    guard connection === self.connection, !frames.isEmpty else { return }
    if phase == .opening { try opened(connection, at: now) }
    for frame in frames where frame.isAnswer { detectorRunner.learn(.answer(frame), at: now) }
    detectorRunner.reconsider(at: now, oldestRequest: nil)
  }

  private func opened(_ connection: Connection, at now: Instant) throws(EndpointError) {
    let driver = detectorRunner.driver
    let (path, settings) = try during("accept") { () throws(SystemError) in
      let path = WatchedPath(peer: try connection.peerAddress(), source: try connection.localAddress())
      return (path, try connection.settings(of: driver))
    }
    phase = .ready
    detectorRunner.turnOn()
    try detectorRunner.accompany(path, on: loop, at: now)
    detectorRunner.tell(.ready(at: now, localPort: path.peer.port, settings: settings))
  }

  /// A connection ended, not closed by this process.
  func ended(_ connection: Connection, by end: Signal, at now: Instant) {
    guard connection === self.connection else { return }
    if detectorRunner.isOn { declare(end, at: now) } else { loseConnection() }
  }

  /// Declares the client dead: its connection is reset.
  private func declare(_ signal: Signal, at now: Instant) {
    detectorRunner.tell(.declared(at: now, signal: signal))
    detectorRunner.turnOff()
    connection?.abort()
    loseConnection()
  }

  private func loseConnection() {
    abandoned = connection
    connection = nil
    push = nil
    // A peer that left without sending a frame does not count as a client.
    if phase == .opening { hasClient = false }
  }

  /// The connection that was given up since the last call; the server must drop it.
  func takeAbandoned() -> Connection? {
    defer { abandoned = nil }
    return abandoned
  }

  // MARK: - The loop

  /// When `serveTimers` is to be called next; nil if nothing happens before the next event.
  var nextDeadline: Instant? {
    var deadlines = [push?.next, detectorRunner.nextHeartbeat, detectorRunner.nextVerdict(oldestRequest: nil)]
    if case .waiting(let start) = phase { deadlines.append(start) }
    return deadlines.compactMap { $0 }.min()
  }

  /// Does everything that is due at `now`, when the loop woke. Input that had arrived by then is handled first.
  func serveTimers(at now: Instant) {
    if case .waiting(let start) = phase, start <= now { self.start(at: start) }
    if let signal = detectorRunner.judge(at: now, oldestRequest: nil) { declare(signal, at: now) }
    if let due = detectorRunner.takeDueHeartbeat(at: now), let connection,
      let end = detectorRunner.sendHeartbeat(due: due, on: connection)
    {
      ended(connection, by: end, at: .now)
    }
    if let due = push?.next, due <= now {
      detectorRunner.late(by: .now - due)
      push?.advance(past: now)
      sendMessage()
    }
  }

  private func start(at start: Instant) {
    phase = .running
    detectorRunner.begin(at: start)
    if connection != nil { push = workload.schedule(of: .server, from: start) }
  }

  private func sendMessage() {
    guard let connection else { return }
    let frame = Frame(kind: .message, sequence: messagesSent, sentAt: .now, padding: workload.padding)
    messagesSent += 1
    if let end = connection.send([frame]) { ended(connection, by: end, at: .now) }
  }

  // MARK: - Commands

  /// The measurement starts at `at`. The runner may send this command before `at`, or after it at the cost of lag.
  func begin(at: Instant) throws(EndpointError) {
    guard phase == .ready else { throw EndpointError(.badCommand, stage: "begin", "no connection is ready") }
    phase = .waiting(until: at)
  }

  func mark(_ t0: Instant) throws(EndpointError) {
    guard phase != .opening else { throw EndpointError(.badCommand, stage: "mark", "there is no connection yet") }
    var state = detectorRunner.mark(t0)
    state.nextRequest = push?.first(notBefore: t0)
    detectorRunner.tell(.marked(state))
  }

  /// Stops sending by itself, and stops watching.
  func finish() throws(EndpointError) {
    guard phase != .opening else { throw EndpointError(.badCommand, stage: "finish", "there is no connection yet") }
    if phase == .finished { return }
    phase = .finished
    push = nil
    detectorRunner.turnOff()
    detectorRunner.tell(.finished(at: .now, lag: detectorRunner.lag))
  }

  /// The events since the last call.
  func takeNews() -> [Event] {
    let news = detectorRunner.takeNews()
    if isObserver { return news }
    return news.filter { if case .finished = $0 { true } else { false } }
  }
}
