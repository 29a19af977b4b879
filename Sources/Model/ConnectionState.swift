/// The armed TCP timer (`idiag_timer`, net/ipv4/inet_diag.c).
public enum ArmedTimer: Int, Sendable, Hashable {
  case off = 0
  /// Retransmission, tail loss probe or reordering.
  case retransmit = 1
  case keepalive = 2
  case timeWait = 3
  case zeroWindowProbe = 4
}

/// A connection as its kernel described it right after an injection; the input of conditional predictions.
public struct ConnectionState: Sendable, Hashable {
  /// When it was sampled.
  public var sampledAt: Instant
  /// Time since the last data or acknowledgement came in: the smaller of `tcpi_last_data_recv`, `tcpi_last_ack_recv`.
  public var lastReceivedAge: Duration
  /// Time since the last data came in, `tcpi_last_data_recv`; nil if unknown. If it is older than `lastReceivedAge`, an
  /// idle connection's last segment was the answer to a probe.
  public var lastDataAge: Duration?
  /// `tcpi_rto`.
  public var retransmissionTimeout: Duration
  /// `tcpi_rtt`, smoothed.
  public var roundTripTime: Duration
  /// `tcpi_rttvar`, the mean deviation.
  public var roundTripVariation: Duration
  /// Time since the last data was sent, `tcpi_last_data_sent`; nil if unknown.
  public var lastSentAge: Duration?
  /// `tcpi_unacked`: segments in flight.
  public var unacknowledgedSegments: Int
  /// `tcpi_probes`: unanswered probes.
  public var probesOut: Int
  /// `tcpi_backoff`.
  public var backoff: Int
  public var timer: ArmedTimer
  /// Until the armed timer's nominal expiry (`idiag_expires`); nil if none is armed.
  public var timerExpiresIn: Duration?

  public init(
    sampledAt: Instant, lastReceivedAge: Duration, retransmissionTimeout: Duration, roundTripTime: Duration,
    unacknowledgedSegments: Int, probesOut: Int, backoff: Int, timer: ArmedTimer, timerExpiresIn: Duration?,
    lastDataAge: Duration? = nil, roundTripVariation: Duration = .zero, lastSentAge: Duration? = nil
  ) {
    self.sampledAt = sampledAt
    self.lastReceivedAge = lastReceivedAge
    self.lastDataAge = lastDataAge
    self.roundTripVariation = roundTripVariation
    self.lastSentAge = lastSentAge
    self.retransmissionTimeout = retransmissionTimeout
    self.roundTripTime = roundTripTime
    self.unacknowledgedSegments = unacknowledgedSegments
    self.probesOut = probesOut
    self.backoff = backoff
    self.timer = timer
    self.timerExpiresIn = timerExpiresIn
  }
}

/// What the endpoint itself knew at t0; the input of predictions for mechanisms of the application.
public struct ApplicationState: Sendable, Hashable {
  /// When the last answer to a heartbeat or request came in; nil if there was none.
  public var lastAnswer: Instant?
  /// When the oldest request that was unanswered at t0 was sent; nil if there was none.
  public var oldestUnansweredRequest: Instant?
  /// When this side's next request or message of the workload is due; nil if it sends none.
  public var nextRequest: Instant?
  /// When the next heartbeat, or check by connecting, is due; nil without them.
  public var nextHeartbeat: Instant?
  /// When the check by connecting that was under way at t0 began; nil if none was.
  public var connectingSince: Instant?
  /// What the detector has learned from the answers to its heartbeats; nil for mechanisms that learn nothing.
  public var arrivals: ArrivalEstimate?

  public init(
    lastAnswer: Instant? = nil, oldestUnansweredRequest: Instant? = nil, nextRequest: Instant? = nil,
    nextHeartbeat: Instant? = nil, connectingSince: Instant? = nil, arrivals: ArrivalEstimate? = nil
  ) {
    self.connectingSince = connectingSince
    self.arrivals = arrivals
    self.lastAnswer = lastAnswer
    self.oldestUnansweredRequest = oldestUnansweredRequest
    self.nextRequest = nextRequest
    self.nextHeartbeat = nextHeartbeat
  }
}

/// What a learning detector knew at t0 from the answers to its heartbeats.
public struct ArrivalEstimate: Sendable, Hashable {
  /// phi-accrual: the mean of the inter-arrival times in the window.
  public var mean: Duration?
  /// phi-accrual: their standard deviation, but at least the least deviation that is set.
  public var deviation: Duration?
  /// chen: when the next answer is estimated to arrive.
  public var nextArrival: Instant?
  /// adaptive: the interval in use.
  public var interval: Duration?

  public init(
    mean: Duration? = nil, deviation: Duration? = nil, nextArrival: Instant? = nil, interval: Duration? = nil
  ) {
    self.mean = mean
    self.deviation = deviation
    self.nextArrival = nextArrival
    self.interval = interval
  }
}

/// The kernel settings that determine TCP's timers.
public struct KernelTimers: Sendable, Hashable {
  /// Ticks per second, CONFIG_HZ.
  public var hz: Int
  /// K in jiffies = K + floor(CLOCK_MONOTONIC / tick); nil if it cannot be read (then predictions are ranges).
  public var jiffiesOffset: Int64?
  /// `tcp_retries2`.
  public var retries2: Int
  /// `tcp_early_retrans` is 3 or 4: tail loss probes are on.
  public var tailLossProbe: Bool
  /// `tcp_rto_min_us`, TCP_RTO_MIN.
  public var rtoMin: Duration
  /// `tcp_rto_max_ms`, TCP_RTO_MAX.
  public var rtoMax: Duration
  /// `tcp_syn_retries`.
  public var synRetries: Int
  /// `tcp_syn_linear_timeouts`, since Linux 6.5; 0 before.
  public var synLinearTimeouts: Int

  public init(
    hz: Int, jiffiesOffset: Int64? = nil, retries2: Int = 15, tailLossProbe: Bool = true,
    rtoMin: Duration = .milliseconds(200), rtoMax: Duration = .seconds(120), synRetries: Int = 6,
    synLinearTimeouts: Int = 4
  ) {
    self.synRetries = synRetries
    self.synLinearTimeouts = synLinearTimeouts
    self.hz = hz
    self.jiffiesOffset = jiffiesOffset
    self.retries2 = retries2
    self.tailLossProbe = tailLossProbe
    self.rtoMin = rtoMin
    self.rtoMax = rtoMax
  }

  /// One jiffy.
  public var tick: Duration { .nanoseconds(1_000_000_000 / Int64(hz)) }
}
