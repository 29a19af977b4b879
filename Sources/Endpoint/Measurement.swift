import EndpointProtocol
import LinuxSystem
import Model

/// One measurement of a client, from `open` to `finished`: its connection, its detector, its workload.
final class Measurement {
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

  /// What became of the backup after the declaration.
  enum Failover: Equatable {
    case none
    case underWay(deadline: Instant)
    case over
  }

  /// How long a client tries to open its connection: three retransmitted SYNs or requests (1 + 2 + 4 s, RFC 6298).
  static let openTimeout = Duration.seconds(10)
  /// How long the backup may take to answer.
  static let failoverTimeout = Duration.seconds(2)

  let task: ClientTask
  let loop: EventLoop
  let backupAddress: SocketAddress?
  var driver: any DetectorDriver
  var phase: Phase
  /// The connection that is watched; nil once it is declared dead.
  var connection: Connection?
  /// The connection to the backup, after the declaration.
  var backup: Connection?
  var failover = Failover.none
  /// When the peer was declared dead.
  var declaredAt: Instant?
  /// The heal whose first round trip is awaited.
  var healedAt: Instant?
  var requests = RequestLog()
  var workload: Schedule?
  var heartbeatsSent: UInt64 = 0
  /// Answers of any kind, on the watched connection.
  var answers = AnswerHistory()
  /// Answers that the mechanism counts.
  var signsOfLife = AnswerHistory()
  var lag = Duration.zero
  /// What is to be told at the end of this turn of the loop.
  private var news: [Event] = []

  init(_ task: ClientTask, on loop: EventLoop) throws(EndpointError) {
    let server = try SocketAddress(task.server, stage: "open")
    backupAddress = try task.backup.map { (address) throws(EndpointError) in
      try SocketAddress(address, stage: "open")
    }
    try Measurement.check(task)
    self.task = task
    self.loop = loop
    let driver = makeDriver(task.settings)
    self.driver = driver
    phase = .opening(deadline: .now + Measurement.openTimeout)
    let socket = try during("open") { () throws(SystemError) in try Sockets.tcp(family: server.family) }
    try driver.prepare(socket)
    connection = try Measurement.connect(socket, to: server, on: loop)
    send(.opening)
  }

  private static func connect(
    _ socket: consuming OwnedDescriptor, to server: SocketAddress, on loop: EventLoop
  ) throws(EndpointError) -> Connection {
    do throws(SystemError) {
      return try Connection(connecting: socket, to: server, on: loop)
    } catch {
      throw EndpointError(.inputOutput, stage: "open", error.description)
    }
  }

  /// A schedule must go forward.
  private static func check(_ task: ClientTask) throws(EndpointError) {
    if case .requests(let every, _) = task.workload, every <= .zero {
      throw EndpointError(.badCommand, stage: "open", "the requests' spacing must be positive")
    }
    if case .heartbeat(let heartbeat) = task.settings, heartbeat.interval <= .zero {
      throw EndpointError(.badCommand, stage: "open", "the heartbeat's interval must be positive")
    }
  }

  /// The workload's own timeout; nil if it is idle.
  var requestTimeout: Duration? {
    if case .requests(_, let timeout) = task.workload { timeout } else { nil }
  }

  /// Whether the detector may still declare.
  var isWatching: Bool {
    guard declaredAt == nil else { return false }
    switch phase {
    case .ready, .waiting, .running: return true
    case .opening, .finishing, .finished: return false
    }
  }

  func tell(_ event: Event) { news.append(event) }

  /// The events since the last call.
  func takeNews() -> [Event] {
    defer { news = [] }
    return news
  }

  /// Resets all connections, so that nothing of them outlives the measurement.
  func abort() {
    connection?.abort()
    connection = nil
    backup?.abort()
    backup = nil
  }
}
