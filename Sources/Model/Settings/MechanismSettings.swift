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

/// TCP_USER_TIMEOUT alone (RFC 5482; tcp(7)): how long sent data may stay unacknowledged.
public struct UserTimeoutSettings: Sendable, Hashable {
  /// Whole milliseconds.
  public var timeout: Duration

  public init(timeout: Duration) {
    self.timeout = timeout
  }
}

/// The kernel's retransmission limits, sysctls of the observer's own network namespace (ip-sysctl).
public struct RetransmissionSettings: Sendable, Hashable {
  /// `tcp_retries2`, 0 to 255; nil leaves the kernel's default, 15.
  public var retries2: Int?
  /// `tcp_rto_max_ms`, 1 s to 120 s, since Linux 6.15; nil leaves the kernel's default, 120 s.
  public var rtoMax: Duration?

  public init(retries2: Int? = nil, rtoMax: Duration? = nil) {
    self.retries2 = retries2
    self.rtoMax = rtoMax
  }
}

/// A check by connecting: every `interval` a new connection is opened, and closed as soon as it is established. The
/// peer is dead when an attempt fails.
public struct ConnectSettings: Sendable, Hashable {
  /// From the start of one attempt to the next; no attempt starts while another is under way.
  public var interval: Duration
  /// TCP_SYNCNT, 1 to 127; nil leaves the kernel's default (tcp_syn_retries, 6).
  public var synRetries: Int?
  /// TCP_USER_TIMEOUT on the connecting socket, whole milliseconds.
  public var userTimeout: Duration?
  /// The application's own timeout for an attempt; nil: the kernel's.
  public var timeout: Duration?

  public init(
    interval: Duration, synRetries: Int? = nil, userTimeout: Duration? = nil, timeout: Duration? = nil
  ) {
    self.interval = interval
    self.synRetries = synRetries
    self.userTimeout = userTimeout
    self.timeout = timeout
  }
}

/// How heartbeats are carried, and which thread answers them.
public struct Pinging: Sendable, Hashable {
  public var transport: Transport
  public var responder: Responder
  public var depth: Depth

  public enum Transport: String, Sendable, Hashable, CaseIterable {
    /// On the watched connection.
    case tcp
    /// In datagrams, beside it.
    case udp
  }

  /// The peer's thread that answers.
  public enum Responder: String, Sendable, Hashable, CaseIterable {
    /// The one that does everything.
    case eventLoop = "event-loop"
    /// One that only does I/O; requests are handed to a worker.
    case ioThread = "io-thread"
  }

  /// What an answer proves.
  public enum Depth: String, Sendable, Hashable, CaseIterable {
    /// The responder works.
    case shallow
    /// The worker that serves requests works: the heartbeat passes through it.
    case worker
  }

  public init(transport: Transport = .tcp, responder: Responder = .eventLoop, depth: Depth = .shallow) {
    self.transport = transport
    self.responder = responder
    self.depth = depth
  }

  /// Whether a peer whose given part is stuck still answers.
  public func isAnswered(despite stuck: StuckPart) -> Bool {
    stuck == .worker && responder == .ioThread && depth == .shallow
  }
}

/// An application heartbeat: a ping every `interval`, each answered.
public struct HeartbeatSettings: Sendable, Hashable {
  public var interval: Duration
  /// Declares the peer dead when this long has passed since the last answer (since opening, before the first).
  public var timeout: Duration
  public var pinging: Pinging

  public init(interval: Duration, timeout: Duration, pinging: Pinging = Pinging()) {
    self.interval = interval
    self.timeout = timeout
    self.pinging = pinging
  }
}

/// The business request's own timeout: the peer is declared dead when one request stays unanswered for `timeout`.
public struct RequestTimeoutSettings: Sendable, Hashable {
  public var timeout: Duration

  public init(timeout: Duration) {
    self.timeout = timeout
  }
}

/// The phi accrual failure detector (Hayashibara, Defago, Yared, Katayama 2004) on the answers to heartbeats.
public struct PhiAccrualSettings: Sendable, Hashable {
  public var interval: Duration
  /// Suspects the peer when phi exceeds it; above 0. Phi 1 means a 10 % chance of being wrong, phi 8 a chance of 10^-8.
  public var threshold: Double
  /// How many of the last inter-arrival times are remembered; at least 1.
  public var window: Int
  /// The standard deviation is assumed to be at least this: otherwise, regular arrivals would make any delay
  /// suspicious.
  public var minDeviation: Duration
  public var pinging: Pinging

  public init(
    interval: Duration, threshold: Double, window: Int, minDeviation: Duration, pinging: Pinging = Pinging()
  ) {
    self.interval = interval
    self.threshold = threshold
    self.window = window
    self.minDeviation = minDeviation
    self.pinging = pinging
  }
}

/// NFD-E, the failure detector of Chen, Toueg and Aguilera (2002) with estimated arrival times, on the answers to
/// heartbeats.
public struct ChenSettings: Sendable, Hashable {
  /// The paper's eta.
  public var interval: Duration
  /// The paper's alpha: the safety margin added to the estimated arrival time of the next answer.
  public var margin: Duration
  /// How many of the last answers the estimate uses; at least 1.
  public var window: Int
  public var pinging: Pinging

  public init(interval: Duration, margin: Duration, window: Int, pinging: Pinging = Pinging()) {
    self.interval = interval
    self.margin = margin
    self.window = window
    self.pinging = pinging
  }
}

/// A heartbeat that searches for the longest interval at which the path's NAT keeps its mapping, as mobile messengers
/// do: after a number of answers in a row the interval grows by a step; after a failure the connection is reopened, and
/// the interval returns to the last good one and stays there.
public struct AdaptiveSettings: Sendable, Hashable {
  /// The shortest interval, which is used first.
  public var from: Duration
  /// The longest interval.
  public var to: Duration
  public var step: Duration
  /// Answers in a row before a longer interval is tried; at least 1.
  public var successes: Int
  /// A ping that stays unanswered for this long has failed. It declares the peer dead once the interval is known to be
  /// good, or if it is the first ping on a reopened connection.
  public var timeout: Duration
  public var pinging: Pinging

  public init(
    from: Duration, to: Duration, step: Duration, successes: Int, timeout: Duration, pinging: Pinging = Pinging()
  ) {
    self.from = from
    self.to = to
    self.step = step
    self.successes = successes
    self.timeout = timeout
    self.pinging = pinging
  }
}

/// A heartbeat whose answers carry the server's load, and which declares it overloaded before it dies.
public struct OverloadSettings: Sendable, Hashable {
  public var interval: Duration
  /// Declares when the reported load is at least this share, 0 to 1, in `samples` answers in a row.
  public var threshold: Double
  /// At least 1.
  public var samples: Int
  /// Declares, as a heartbeat does, when this long has passed since the last answer.
  public var timeout: Duration
  public var pinging: Pinging

  public init(
    interval: Duration, threshold: Double, samples: Int, timeout: Duration, pinging: Pinging = Pinging()
  ) {
    self.interval = interval
    self.threshold = threshold
    self.samples = samples
    self.timeout = timeout
    self.pinging = pinging
  }
}
