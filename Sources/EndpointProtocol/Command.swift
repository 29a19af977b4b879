import Model

/// What the runner tells an endpoint: one line on the endpoint's standard input each.
public enum Command: Sendable, Hashable {
  /// Server: listen on `address` (port 0: any).
  case listen(EndpointAddress)
  /// Client: connect, set the detector's options, and prove the connection by a round trip.
  case open(ClientTask)
  /// Client: the measurement starts at `at`. One round trip then aligns every schedule: heartbeats and requests
  /// follow at `at` + k x their interval.
  case begin(at: Instant)
  /// Client: the fault took effect at `t0`; answer with the state of the application then.
  case mark(t0: Instant)
  /// Client: the fault was healed at `at`; report the first round trip on the connection after it. If the workload
  /// sends no requests, one is sent now.
  case healed(at: Instant)
  /// Client: stop sending, wait until every request outstanding is answered or lost, and report.
  case finish
  /// Server: stop serving and burn CPU until `relieve`.
  case saturate(SaturationMode)
  /// Server: serve again.
  case relieve
  /// Server: how much CPU time has the spinning thread had so far?
  case reportCPU
  /// Both: abort all connections (RST) and exit.
  case quit
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

/// What a client is to do.
public struct ClientTask: Sendable, Hashable {
  public var server: EndpointAddress
  /// Where to go when the server is declared dead; nil: nowhere.
  public var backup: EndpointAddress?
  public var settings: DetectorSettings
  public var workload: Workload

  public init(
    server: EndpointAddress, backup: EndpointAddress? = nil, settings: DetectorSettings, workload: Workload
  ) {
    self.server = server
    self.backup = backup
    self.settings = settings
    self.workload = workload
  }
}
