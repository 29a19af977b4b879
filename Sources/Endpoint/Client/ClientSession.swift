import EndpointProtocol
import LinuxSystem
import Model

/// One measurement of a client, from `open` to `finished`: its connection, its detector, its workload.
final class ClientSession {
  enum Phase: Equatable {
    /// Connecting, and waiting for the first answer.
    case opening(deadline: Instant)
    case ready
    /// Nothing is sent before `at`.
    case waiting(until: Instant)
    case running
    /// Waiting for outstanding requests and a failover under way. The detector is off.
    case finishing
    case finished
  }

  /// How long a client tries to open its connection: three retransmitted SYNs or requests (1 + 2 + 4 s, RFC 6298).
  static let openTimeout = Duration.seconds(10)

  let task: ClientTask
  let loop: EventLoop
  let server: SocketAddress
  let backupAddress: SocketAddress?
  /// Runs from the first round trip until the declaration or `finish`.
  var detectorRunner: DetectorRunner
  var phase: Phase
  /// The watched connection; nil once the peer is declared dead.
  var connection: Connection?
  /// The connection was given up for a new one, which is not established yet.
  var isReopening = false
  /// The connection that the failover opens after the declaration.
  var replacement: Connection?
  var failover = Failover.none
  /// The attempts of the failover; nil if nothing follows a declaration.
  var attempts: FailoverAttempts?
  /// When the peer was declared dead.
  var declaredAt: Instant?
  /// The heal whose first round trip is awaited.
  var healedAt: Instant?
  var requests = RequestLog()
  var workload: Schedule?
  var messagesSent: UInt32 = 0
  /// Answers of any kind, on the watched connection.
  var answers = AnswerHistory()

  /// Starts to connect. `client` is this client's number among the task's clients, from 0.
  init(_ task: ClientTask, client: Int = 0, on loop: EventLoop) throws(EndpointError) {
    server = try SocketAddress(task.server, stage: "open")
    backupAddress = try task.backup.map { (address) throws(EndpointError) in
      try SocketAddress(address, stage: "open")
    }
    try ClientSession.check(task)
    self.task = task
    self.loop = loop
    attempts = task.failover.map { FailoverAttempts($0, seed: task.seed, client: client) }
    detectorRunner = try DetectorRunner(task.watching, stage: "open")
    phase = .opening(deadline: .now + ClientSession.openTimeout)
    connection = try connect()
    send(.opening)
  }

  /// Starts connecting to the server, with the detector's options set.
  func connect() throws(EndpointError) -> Connection {
    let (server, loop) = (server, loop)
    let socket = try during("open") { () throws(SystemError) in try Sockets.tcp(family: server.family) }
    try detectorRunner.driver.prepare(socket)
    do throws(SystemError) {
      return try Connection(connecting: socket, to: server, on: loop)
    } catch {
      throw EndpointError(.inputOutput, stage: "open", error.description)
    }
  }

  private static func check(_ task: ClientTask) throws(EndpointError) {
    try task.workload.check(stage: "open")
    try task.failover?.check(stage: "open")
    if task.failover?.target == .backup && task.backup == nil {
      throw EndpointError(.badCommand, stage: "open", "there is no backup to fail over to")
    }
  }

  /// The workload's own timeout; nil if it is idle.
  var requestTimeout: Duration? {
    if case .requests(_, let timeout, _) = task.workload { timeout } else { nil }
  }

  /// Whether the round trip that proves the connection is still awaited.
  var isOpening: Bool { if case .opening = phase { true } else { false } }

  func tell(_ event: Event) { detectorRunner.tell(event) }

  /// The events since the last call.
  func takeNews() -> [Event] { detectorRunner.takeNews() }

  /// Resets all connections, so that no connection outlives the measurement.
  func abort() {
    connection?.abort()
    connection = nil
    detectorRunner.loseConnection()
    replacement?.abort()
    replacement = nil
  }
}
