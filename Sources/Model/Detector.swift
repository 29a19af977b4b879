/// A way to notice a dead peer.
public enum Mechanism: String, Sendable, Hashable, CaseIterable {
  case none, keepalive, heartbeat
  case requestTimeout = "request-timeout"
}

/// A mechanism with its settings and a name, watching one connection.
public struct Detector: Sendable, Hashable {
  /// Unique in its scenario; the mechanism's name unless the scenario gives another.
  public var name: String
  public var settings: DetectorSettings

  public init(name: String, settings: DetectorSettings) {
    self.name = name
    self.settings = settings
  }

  public var mechanism: Mechanism { settings.mechanism }
}

/// The settings of each mechanism.
public enum DetectorSettings: Sendable, Hashable {
  /// The control: no mechanism of its own; only the kernel's defaults.
  case none
  case keepalive(KeepaliveSettings)
  case heartbeat(HeartbeatSettings)
  case requestTimeout(RequestTimeoutSettings)

  public var mechanism: Mechanism {
    switch self {
    case .none: .none
    case .keepalive: .keepalive
    case .heartbeat: .heartbeat
    case .requestTimeout: .requestTimeout
    }
  }

  /// The CSV's `settings` column: `idle=1s interval=1s probes=2`; empty for `none`.
  public var spelled: String {
    switch self {
    case .none: ""
    case .keepalive(let keepalive):
      "idle=\(keepalive.idle.spelled) interval=\(keepalive.interval.spelled) probes=\(keepalive.probes)"
        + (keepalive.userTimeout.map { " userTimeout=\($0.spelled)" } ?? "")
    case .heartbeat(let heartbeat): "interval=\(heartbeat.interval.spelled) timeout=\(heartbeat.timeout.spelled)"
    case .requestTimeout(let request): "timeout=\(request.timeout.spelled)"
    }
  }
}

/// TCP keepalive (RFC 9293, section 3.8.4; tcp(7)).
public struct KeepaliveSettings: Sendable, Hashable {
  /// TCP_KEEPIDLE: whole seconds, 1 to 32767.
  public var idle: Duration
  /// TCP_KEEPINTVL: whole seconds, 1 to 32767.
  public var interval: Duration
  /// TCP_KEEPCNT: 1 to 127.
  public var probes: Int
  /// TCP_USER_TIMEOUT (RFC 5482): whole milliseconds; nil leaves the kernel's default, off.
  public var userTimeout: Duration?

  public init(idle: Duration, interval: Duration, probes: Int, userTimeout: Duration? = nil) {
    self.idle = idle
    self.interval = interval
    self.probes = probes
    self.userTimeout = userTimeout
  }
}

/// An application heartbeat: a ping every `interval`, answered by the server's event loop.
public struct HeartbeatSettings: Sendable, Hashable {
  public var interval: Duration
  /// Declares the peer dead when this long has passed since the last answer (since opening, before the first).
  public var timeout: Duration

  public init(interval: Duration, timeout: Duration) {
    self.interval = interval
    self.timeout = timeout
  }
}

/// The business request's own timeout: the peer is declared dead when one request stays unanswered for `timeout`.
public struct RequestTimeoutSettings: Sendable, Hashable {
  public var timeout: Duration

  public init(timeout: Duration) {
    self.timeout = timeout
  }
}
