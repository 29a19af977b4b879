import Model

/// What a prediction may use besides the mechanism's settings.
struct Circumstances {
  var effects: [EffectSpan]
  var workload: Workload
  /// The side that runs the mechanism.
  var observer = Observer.client
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

  /// The assumption for an otherwise unknown connection over veth cables: a round trip of at most 1 ms.
  static let assumedRoundTrip = Duration.milliseconds(1)

  var roundTrip: Duration { moment?.connection.roundTripTime ?? Self.assumedRoundTrip }

  /// The spacing of the requests whose answers the observer waits for; nil if it sends none.
  var requestSpacing: Duration? {
    if observer == .client, case .requests(let every, _, _) = workload { every } else { nil }
  }

  /// The spacing of the data that the observer's own application writes for the workload; nil if it writes none.
  ///
  /// Requests and trickled messages are the client's data, pushed ones the server's. A server answers requests too, but
  /// none come while the path is broken, unless only the direction to the client is.
  var dataSpacing: Duration? {
    if workload.sender == observer { return workload.spacing }
    return answersRequests && peerIsHeard ? workload.spacing : nil
  }

  /// When the observer next writes data for the workload, relative to t0; nil if it never does.
  var nextMessage: ClosedRange<Duration>? {
    dataSpacing.map { due(workload.sender == observer ? moment?.application.nextRequest : nil, every: $0) }
  }

  /// Whether the observer writes only in answer to requests: its last answer may be in flight at t0.
  var answersRequests: Bool {
    if observer == .server, case .requests = workload { true } else { false }
  }

  /// Whether what the peer sends by itself arrives while the path is broken.
  var peerIsHeard: Bool {
    effects.contains { if case .pathBroken(let silence) = $0.effect { silence.peerIsHeard } else { false } }
  }

  /// When the next heartbeat is written, relative to t0.
  func nextHeartbeat(every interval: Duration) -> ClosedRange<Duration> {
    due(moment?.application.nextHeartbeat, every: interval)
  }

  private func due(_ next: Instant?, every spacing: Duration) -> ClosedRange<Duration> {
    guard let moment, let next, next >= moment.t0 else { return .zero...spacing }
    return (next - moment.t0)...(next - moment.t0)
  }

  /// How long the kernel may take to resolve the neighbour's address once a path is back: an ARP request is repeated
  /// every second (`neigh_timer_handler`, net/core/neighbour.c; RETRANS_TIME), rounded up by the wheel.
  var resolution: Duration {
    let second = Int64(kernel.hz)
    return kernel.duration(ticks: second + TimerWheel.granularity(second))
  }

  /// How long a segment can wait for the neighbour's address before it is dropped: three requests
  /// (`neigh_max_probes`, net/core/neighbour.c; mcast_solicit).
  var resolutionQueue: Duration { resolution * 3 }
}
