import Model

/// What a prediction may build on besides the mechanism's settings.
struct Circumstances {
  var effects: [EffectSpan]
  var workload: Workload
  var kernel: KernelTimers
  /// The connection around t0; nil for a prediction over all phases.
  var moment: Moment?

  struct Moment {
    var connection: ConnectionState
    var application: ApplicationState
    var t0: Instant

    /// From t0 to the sample of the connection's state.
    var sampled: Duration { connection.sampledAt - t0 }
  }

  /// What a path of veth cables makes of an otherwise unknown connection: a round trip of at most 1 ms.
  static let assumedRoundTrip = Duration.milliseconds(1)

  var roundTrip: Duration { moment?.connection.roundTripTime ?? Self.assumedRoundTrip }

  /// The spacing of requests; nil when the workload sends none.
  var requestSpacing: Duration? {
    if case .requests(let every, _) = workload { every } else { nil }
  }

  /// When the next request is written, relative to t0; nil when the workload sends none.
  var nextRequest: ClosedRange<Duration>? {
    requestSpacing.map { due(moment?.application.nextRequest, every: $0) }
  }

  /// When the next heartbeat is written, relative to t0.
  func nextHeartbeat(every interval: Duration) -> ClosedRange<Duration> {
    due(moment?.application.nextHeartbeat, every: interval)
  }

  private func due(_ next: Instant?, every spacing: Duration) -> ClosedRange<Duration> {
    guard let moment, let next, next >= moment.t0 else { return .zero...spacing }
    return (next - moment.t0)...(next - moment.t0)
  }

  /// How long the kernel may take over the neighbour's address once a path is back: an ARP request is repeated every
  /// second (`neigh_timer_handler`, net/core/neighbour.c; RETRANS_TIME), rounded up by the wheel.
  var resolution: Duration {
    let second = Int64(kernel.hz)
    return kernel.duration(ticks: second + TimerWheel.granularity(second))
  }

  /// How long a segment can wait for the neighbour's address before it is dropped: three requests
  /// (`neigh_max_probes`, net/core/neighbour.c; mcast_solicit).
  var resolutionQueue: Duration { resolution * 3 }
}
