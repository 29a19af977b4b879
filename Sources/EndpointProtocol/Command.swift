import Model

/// The runner's commands to an endpoint, each one line on the endpoint's standard input.
///
/// An observer is a client, or a server whose task includes watching.
public enum Command: Sendable, Hashable {
  /// A process without a role: enter the network namespace at this path (nil: stay) and be an endpoint in it, as a new
  /// process would.
  case assume(EndpointRole, namespace: String?)
  /// Server: listen (port 0: any), and answer datagrams at the same port.
  case listen(ServerTask)
  /// Client: connect, set the detector's options, and prove the connection by a round trip.
  case open(ClientTask)
  /// Observer, and a server that pushes: the measurement starts at `at`. A client's round trip then aligns every
  /// schedule: heartbeats and messages follow at `at` + k x their interval.
  case begin(at: Instant)
  /// Observer: the fault took effect at `t0`; answer with the state of the application at that time.
  case mark(t0: Instant)
  /// Client: the fault was healed at `at`; report the first round trip on the connection after it. If the workload
  /// sends no requests, one is sent now.
  case healed(at: Instant)
  /// Observer: stop sending, wait until every request outstanding is answered or lost, and report.
  case finish
  /// Server: stop serving as the mode says until `relieve`.
  case saturate(SaturationMode)
  /// Server: serve again.
  case relieve
  /// Server: report how much CPU time the spinning thread has used so far.
  case reportCPU
  /// Server: stop this activity until `resume`.
  case pause(ServiceActivity)
  /// Server: resume this activity.
  case resume(ServiceActivity)
  /// Both: abort all connections (RST), leave the namespace, say `ended`, and wait for the next role. The end of input
  /// ends the process.
  case quit
}

/// The role of an endpoint in its host.
public enum EndpointRole: String, Sendable, Hashable, CaseIterable {
  case server, client
}

/// A server's task.
public struct ServerTask: Sendable, Hashable {
  public var address: EndpointAddress
  /// The backlog of listen(2).
  public var acceptQueue: Int
  /// SO_RCVBUF of its connections, in bytes as set; nil leaves the kernel's default.
  public var receiveBuffer: Int?
  /// Whether one thread does everything, or an I/O thread hands requests to a worker.
  public var responder: Pinging.Responder
  /// The mechanism by which it watches its first client's connection; nil: it does not watch.
  public var watching: Watch?
  /// With a `push` workload, it sends the messages on its first client's connection, from `begin` on.
  public var workload: Workload

  public init(
    address: EndpointAddress, acceptQueue: Int = 128, receiveBuffer: Int? = nil,
    responder: Pinging.Responder = .eventLoop, watching: Watch? = nil, workload: Workload = .idle
  ) {
    self.address = address
    self.acceptQueue = acceptQueue
    self.receiveBuffer = receiveBuffer
    self.responder = responder
    self.watching = watching
    self.workload = workload
  }
}

/// A mechanism to run, and how to act on its verdict.
public struct Watch: Sendable, Hashable {
  public var settings: DetectorSettings
  public var mode: DetectorMode

  public init(settings: DetectorSettings, mode: DetectorMode = .act) {
    self.settings = settings
    self.mode = mode
  }
}

/// A TCP endpoint: a numeric address of any family, and a port.
public struct EndpointAddress: Sendable, Hashable {
  /// `10.0.2.1` or `fd00::1`.
  public var host: String
  public var port: UInt16

  public init(host: String, port: UInt16) {
    self.host = host
    self.port = port
  }
}

/// A client's task.
public struct ClientTask: Sendable, Hashable {
  public var server: EndpointAddress
  /// The backup server; nil if there is none.
  public var backup: EndpointAddress?
  public var watching: Watch
  public var workload: Workload
  /// The failover that follows a declaration; nil: none.
  public var failover: FailoverPolicy?
  /// How many connections, each with its own detector; the first is the one that is reported event by event, the others
  /// are summed up in `herd`.
  public var clients: Int
  /// Seeds the random draws: the jitter of a backoff, the phases of the other clients.
  public var seed: UInt64

  public init(
    server: EndpointAddress, backup: EndpointAddress? = nil, watching: Watch, workload: Workload,
    failover: FailoverPolicy? = nil, clients: Int = 1, seed: UInt64 = 0
  ) {
    self.server = server
    self.backup = backup
    self.watching = watching
    self.workload = workload
    self.failover = failover
    self.clients = clients
    self.seed = seed
  }
}
