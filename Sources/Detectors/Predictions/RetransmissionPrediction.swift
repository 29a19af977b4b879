import Model

/// The kernel gives up on data that is not acknowledged: TCP_USER_TIMEOUT (RFC 5482) or tcp_retries2.
///
/// This applies to the connection of every mechanism once data was written during an outage.
struct RetransmissionPrediction {
  let circumstances: Circumstances
  let userTimeout: Duration?
  /// The heartbeat's interval, if there is one.
  let heartbeat: Duration?
  /// The spacing of all that is written: the workload's data and the heartbeats; nil if nothing is.
  let spacing: Duration?
  /// The next write, relative to t0; nil if there will be none.
  let nextWrite: ClosedRange<Duration>?
  /// What the connection's timers may be.
  let paths: [PathTimers]

  /// What is the same for all outages is looked up here, once: there may be ten thousand.
  init(circumstances: Circumstances, userTimeout: Duration?, heartbeat: Duration?) {
    self.circumstances = circumstances
    self.userTimeout = userTimeout
    self.heartbeat = heartbeat
    spacing = [circumstances.dataSpacing, heartbeat].compactMap(\.self).min()
    let writes = [circumstances.nextMessage, heartbeat.map { circumstances.nextHeartbeat(every: $0) }]
      .compactMap(\.self)
    nextWrite = writes.dropFirst().reduce(writes.first) { first, other in
      first.map { min($0.lowerBound, other.lowerBound)...min($0.upperBound, other.upperBound) }
    }
    paths = PathTimers.possible(in: circumstances)
  }

  private var kernel: KernelTimers { circumstances.kernel }

  /// When the connection is given up, relative to t0, and when the last retransmission was sent.
  struct End {
    var givenUp: ClosedRange<Duration>
    var lastAttempt: ClosedRange<Duration>
  }

  /// For a mechanism that leaves the verdict to the kernel: none, a user timeout, tcp_retries2, or keepalive with
  /// pending data.
  var prediction: Prediction {
    let outages = Outages(circumstances.effects, needing: .kernel)
    if let notReading = outages.notReading, let undecided = behindWindow(notReading, outages) { return undecided }
    if circumstances.moment == nil, circumstances.dataSpacing == nil, circumstances.answersRequests,
      outages.list.contains(where: \.pathBroken)
    {
      return .unknown(Reason.answerInFlight)
    }
    return OutageCourse(outages: outages, transmission: self).prediction { outage, start in
      guard let pending = self.pending(from: start, in: outage) else {
        return .unknown(Reason.backingOff)
      }
      guard let end = self.end(of: pending, in: outage) else { return .never }
      return .declared(end.givenUp, lastAttempt: end.lastAttempt)
    }
  }

  /// A peer that does not read still answers window probes, so that only a user timeout ends the connection: it counts
  /// from the first probe, answered or not (`icsk_probes_tstamp` in `tcp_probe_timer`, net/ipv4/tcp_timer.c).
  ///
  /// - Returns: nil if the closing window does not matter.
  private func behindWindow(_ stretch: Outage, _ outages: Outages) -> Prediction? {
    let closed = circumstances.moment?.connection.timer == .zeroWindowProbe
    guard circumstances.dataSpacing != nil || circumstances.answersRequests || closed else { return nil }
    let known = circumstances.moment?.sampled ?? .zero
    if let outage = outages.list.first {
      // If the window was closed before the path broke for good, the count of unanswered probes decides.
      let staysClosed = closed && stretch.start <= known && stretch.end.map { $0 > known } ?? true
      let staysBroken = outages.list.count == 1 && outage.start <= known && outage.end == nil && outage.pathBroken
      return staysClosed && staysBroken && outages.lostFrom == nil ? nil : .unknown(Reason.windowAndPath)
    }
    if outages.lostFrom != nil { return .unknown(Reason.windowAndPath) }
    guard let userTimeout, userTimeout > .zero else { return nil }
    // A window that opens before the user timeout is over saves the connection.
    if let end = stretch.end, end - stretch.start < userTimeout, !closed { return .never }
    guard closed, stretch.start <= known,
      let end = pending(from: nil, in: nil).flatMap({ end(of: $0.map(\.answered), reverting: false) })
    else { return .unknown(Reason.window) }
    guard let heal = stretch.end, heal < end.givenUp.upperBound else { return .range(end.givenUp) }
    return heal < end.givenUp.lowerBound ? .never : .unknown(Reason.window)
  }

  /// When the connection is given up if nothing is ever acknowledged again; nil if nothing is ever written.
  func end(of pending: [PendingData], in outage: Outage) -> End? {
    let end = end(of: pending, reverting: outage.hostUnreachable)
    guard let end, outage.neighbourAges, !outage.hostUnreachable else { return end }
    // A neighbour's address is valid for at least 15 s (BASE_REACHABLE_TIME / 2, net/core/neighbour.c); then it is
    // requested again, and packets that wait for it are reported unreachable.
    return end.givenUp.upperBound < outage.start + .seconds(15) ? end : self.end(of: pending, reverting: true)
  }

  private func end(of pending: [PendingData], reverting: Bool) -> End? {
    let clamped = (userTimeout ?? .zero) > .zero
    let budget = kernel.ticksUp(clamped ? userTimeout ?? .zero : kernel.retransmissionBudget)
    var end: End?
    for data in pending {
      let ticks = self.end(of: data, budget: budget, clamped: clamped, reverting: reverting)
      let each = End(
        givenUp: kernel.times(ticks.givenUp, from: data.zero),
        lastAttempt: kernel.times(ticks.lastAttempt, from: data.zero))
      end =
        end.map { End(givenUp: $0.givenUp.hull(each.givenUp), lastAttempt: $0.lastAttempt.hull(each.lastAttempt)) }
        ?? each
    }
    return end
  }

  private func end(of data: PendingData, budget: Int64, clamped: Bool, reverting: Bool) -> RetransmissionTimer.End {
    let timer = data.timer
    if let probes = data.probesLeft {
      // Window probes are counted, even under a user timeout.
      let counted = timer.end(attempts: probes)
      guard clamped else { return counted }
      return counted.orEarlier((data.history ?? timer).end(budget: budget, clamped: true, reverting: false))
    }
    let end = timer.end(budget: budget, clamped: clamped, reverting: reverting)
    guard data.lead > 0 else { return end }
    return end.hull(timer.end(budget: max(1, budget - data.lead), clamped: clamped, reverting: reverting))
  }

  /// By when data that was lost in an outage is acknowledged after its end; `heal` if none was.
  func recovered(of pending: [PendingData], heal: Duration, reverting: Bool) -> Duration {
    var latest = heal
    for data in pending where data.zero.lowerBound < heal {
      let attempt = data.timer.attempt(
        after: kernel.ticksUp(heal - data.zero.lowerBound),
        spread: kernel.ticksUp(data.zero.upperBound - data.zero.lowerBound), reverting: reverting)
      latest = max(latest, data.zero.lowerBound + kernel.duration(ticks: attempt))
    }
    // The rest of the lost data follows within a few round trips.
    return latest + circumstances.roundTrip * 10 + .milliseconds(50) + (reverting ? circumstances.resolution : .zero)
  }
}

extension KernelTimers {
  /// The time that tcp_retries2 stands for (`tcp_model_timeout`, net/ipv4/tcp_timer.c; RFC 1122 section 4.2.3.5).
  ///
  /// It is a budget of time for a timeout of 200 ms that doubles, whatever the connection's own timeout is.
  var retransmissionBudget: Duration { modelTimeout(retries: retries2, base: .milliseconds(200)) }

  /// The least wait before a window probe (`tcp_probe0_base`, include/net/tcp.h; TCP_RTO_MIN).
  var probeBase: Int64 { ticksUp(.milliseconds(200)) }

  /// `tcp_model_timeout` for a timeout of `base` that doubles.
  func modelTimeout(retries: Int, base: Duration) -> Duration {
    var doublings = 0
    while base * (1 << (doublings + 1)) <= rtoMax { doublings += 1 }
    let doubled = min(retries, doublings)
    return base * ((1 << (doubled + 1)) - 1) + rtoMax * (retries - doubled)
  }
}
