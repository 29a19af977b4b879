/// A way to notice a dead peer.
public enum Mechanism: String, Sendable, Hashable, CaseIterable {
  case none, keepalive
  case userTimeout = "user-timeout"
  case retransmission, connect, heartbeat
  case requestTimeout = "request-timeout"
  case phiAccrual = "phi-accrual"
  case chen, adaptive, overload
  case linkMonitor = "link-monitor"
  case routeMonitor = "route-monitor"

  /// Whether it sends heartbeats.
  public var sendsHeartbeats: Bool {
    switch self {
    case .heartbeat, .phiAccrual, .chen, .adaptive, .overload: true
    case .none, .keepalive, .userTimeout, .retransmission, .connect, .requestTimeout, .linkMonitor, .routeMonitor: false
    }
  }

  /// Whether it can take back a suspicion: only then can it watch. A kernel that gives up a connection cannot, and an
  /// adaptive heartbeat learns only by acting.
  public var canWatch: Bool {
    switch self {
    case .heartbeat, .phiAccrual, .chen, .overload, .requestTimeout, .linkMonitor, .routeMonitor: true
    case .none, .keepalive, .userTimeout, .retransmission, .connect, .adaptive: false
    }
  }

  /// Whether a server can run it against its clients. Only clients send requests and open connections, and only servers
  /// report load.
  public var canObserveFromServer: Bool {
    switch self {
    case .none, .keepalive, .userTimeout, .retransmission, .heartbeat, .phiAccrual, .chen, .linkMonitor, .routeMonitor:
      true
    case .connect, .adaptive, .overload, .requestTimeout: false
    }
  }
}

/// The side that runs a detector, to which the row belongs.
public enum Observer: String, Sendable, Hashable, CaseIterable {
  case client, server

  public var peer: Observer { self == .client ? .server : .client }
}

/// What a detector does when it finds its peer dead.
public enum DetectorMode: String, Sendable, Hashable, CaseIterable {
  /// It closes the connection and fails over.
  case act
  /// It records the suspicion, and ends it when the peer answers again.
  case watch
}

/// A mechanism with its settings and a name, watching one connection.
public struct Detector: Sendable, Hashable {
  /// Unique in its scenario; the mechanism's name unless the scenario gives another.
  public var name: String
  public var settings: DetectorSettings
  public var mode: DetectorMode
  /// The sides that run it, in the order of the rows; at least one.
  public var observers: [Observer]

  public init(
    name: String, settings: DetectorSettings, mode: DetectorMode = .act, observers: [Observer] = [.client]
  ) {
    self.name = name
    self.settings = settings
    self.mode = mode
    self.observers = observers
  }

  public var mechanism: Mechanism { settings.mechanism }
}

/// The settings of each mechanism.
public enum DetectorSettings: Sendable, Hashable {
  /// The control: no mechanism of its own; only the kernel's defaults.
  case none
  case keepalive(KeepaliveSettings)
  case userTimeout(UserTimeoutSettings)
  case retransmission(RetransmissionSettings)
  case connect(ConnectSettings)
  case heartbeat(HeartbeatSettings)
  case requestTimeout(RequestTimeoutSettings)
  case phiAccrual(PhiAccrualSettings)
  case chen(ChenSettings)
  case adaptive(AdaptiveSettings)
  case overload(OverloadSettings)
  case linkMonitor
  case routeMonitor

  public var mechanism: Mechanism {
    switch self {
    case .none: .none
    case .keepalive: .keepalive
    case .userTimeout: .userTimeout
    case .retransmission: .retransmission
    case .connect: .connect
    case .heartbeat: .heartbeat
    case .requestTimeout: .requestTimeout
    case .phiAccrual: .phiAccrual
    case .chen: .chen
    case .adaptive: .adaptive
    case .overload: .overload
    case .linkMonitor: .linkMonitor
    case .routeMonitor: .routeMonitor
    }
  }

  /// How its heartbeats are carried and answered; nil if it sends none.
  public var pinging: Pinging? {
    switch self {
    case .heartbeat(let settings): settings.pinging
    case .phiAccrual(let settings): settings.pinging
    case .chen(let settings): settings.pinging
    case .adaptive(let settings): settings.pinging
    case .overload(let settings): settings.pinging
    case .none, .keepalive, .userTimeout, .retransmission, .connect, .requestTimeout, .linkMonitor, .routeMonitor: nil
    }
  }

  /// The time from one heartbeat to the next, at first where it changes; nil if it sends none.
  public var heartbeatInterval: Duration? {
    switch self {
    case .heartbeat(let settings): settings.interval
    case .phiAccrual(let settings): settings.interval
    case .chen(let settings): settings.interval
    case .adaptive(let settings): settings.from
    case .overload(let settings): settings.interval
    case .none, .keepalive, .userTimeout, .retransmission, .connect, .requestTimeout, .linkMonitor, .routeMonitor: nil
    }
  }

  /// The period of a healthy connection that is watched with these settings.
  ///
  /// The interval of heartbeats and of checks by connecting; else the spacing of the workload's messages; else
  /// keepalive's idle time or interval, whichever is longer; else one second.
  public func healthyPeriod(under workload: Workload) -> Duration {
    if let interval = heartbeatInterval { return interval }
    switch self {
    case .connect(let connect): return connect.interval
    case .keepalive(let keepalive): return workload.spacing ?? max(keepalive.idle, keepalive.interval)
    case .none, .userTimeout, .retransmission, .heartbeat, .requestTimeout, .phiAccrual, .chen, .adaptive, .overload,
      .linkMonitor, .routeMonitor:
      return workload.spacing ?? .seconds(1)
    }
  }
}
