import Model

/// A check by connecting: the peer is dead when an attempt fails, by the kernel's limits or by the application's
/// timeout.
///
/// The kernel of a peer completes connections by itself, even if its process is stuck, as long as the accept queue has room
/// (listen(2)).
struct ConnectPrediction {
  var settings: ConnectSettings
  var circumstances: Circumstances

  private var kernel: KernelTimers { circumstances.kernel }

  var prediction: Prediction {
    var circumstances = circumstances
    circumstances.effects.removeAll { $0.silence?.newConnections == .accepted }
    let outages = Outages(circumstances.effects, needing: .kernel)
    if outages.lostFrom != nil || !circumstances.newConnectionsFail { return .unknown(Reason.newConnection) }
    if signs.contains(.addressGone) { return .unknown(Reason.newAddress) }
    let transmission = RetransmissionPrediction(circumstances: circumstances, userTimeout: nil, heartbeat: nil)
    // On the watched connection the kernel may give up other data, if it takes longer than any attempt.
    let course = OutageCourse(outages: outages, transmission: transmission, recovery: recovered)
    return course.prediction { outage, start in
      let attempt = failed(outage, attempt: attempt(from: start))
      guard let pending = transmission.pending(from: start, in: outage) else { return attempt }
      return attempt.orEarlier(transmission.end(of: pending, in: outage)?.givenUp)
    }
  }

  private var silences: [Silence] { circumstances.effects.compactMap(\.silence) }

  private var signs: Set<LocalSign> { Set(silences.map(\.local)) }

  /// When the first attempt begins that fails because of an outage at `start`, relative to t0.
  private func attempt(from start: Duration?) -> ClosedRange<Duration> {
    guard start == nil, let moment = circumstances.moment else {
      let start = start ?? .zero
      return start...(start + settings.interval)
    }
    let next = circumstances.nextHeartbeat(every: settings.interval)
    guard let since = moment.application.connectingSince else { return next }
    let begun = since - moment.t0
    // An attempt that was on its way may still have succeeded.
    return circumstances.answer(toSegmentSentAt: since) == nil ? begun...begun : begun...max(begun, next.upperBound)
  }

  /// How an attempt in an outage that never ends fails.
  private func failed(_ outage: Outage, attempt: ClosedRange<Duration>) -> OutageCourse.Verdict {
    if signs.contains(.interfaceDown) {
      // connect(2) finds no route: ENETUNREACH at once (`tcp_v4_connect`, `tcp_v6_connect`).
      return .declared(attempt.lowerBound...(attempt.upperBound + kernel.tick), lastAttempt: nil)
    }
    let fates = Set(silences.map(\.newConnections))
    if fates == [.rejected] {
      // An ICMP error ends an attempt at once (`tcp_v4_err`, net/ipv4/tcp_ipv4.c, and `tcp_v6_err`, SYN_SENT; RFC 1122,
      // section 4.2.3.9), as a reset does (RFC 9293, section 3.10.7.3).
      return .declared(attempt.lowerBound...(attempt.upperBound + circumstances.roundTrip), lastAttempt: nil)
    }
    let end = timer.end
    var range = kernel.times(end.givenUp, from: attempt)
    var lastAttempt: ClosedRange<Duration>? = kernel.times(end.lastAttempt, from: attempt)
    if fates != [.dropped], fates != [] {
      // The same ICMP error may come because a neighbour does not answer: not before three requests for its address,
      // unless other packets began to ask earlier, but possibly only when an old entry expires.
      let asked = circumstances.workload == .idle && !fates.contains(.rejected) && !fates.contains(nil)
      let failed = kernel.times((asked ? unresolved.lowerBound : 0)...unresolved.upperBound, from: attempt)
      // Without carrier, no old entry is left (`neigh_carrier_down`, net/core/neighbour.c).
      let latest = signs == [.carrierLost] ? min(failed.upperBound, range.upperBound) : range.upperBound
      range = min(range.lowerBound, failed.lowerBound)...latest
      lastAttempt = nil
    }
    if let patience = settings.timeout {
      let own = (attempt.lowerBound + patience)...(attempt.upperBound + patience)
      if own.lowerBound < range.upperBound { lastAttempt = nil }
      range = min(range.lowerBound, own.lowerBound)...min(range.upperBound, own.upperBound)
    }
    return .declared(range, lastAttempt: lastAttempt)
  }

  /// Three ARP or neighbour solicitation requests, a second apart (`neigh_timer_handler`, net/core/neighbour.c;
  /// mcast_solicit, RETRANS_TIME).
  private var unresolved: ClosedRange<Int64> {
    let second = Int64(kernel.hz)
    let failed = Firing(earliest: 0, latest: 0).after(second, from: .systemCall).after(second).after(second)
    return failed.earliest...failed.latest
  }

  /// By when an attempt from the outage, or the next one, succeeds after the end of the outage.
  private func recovered(_ outage: Outage, _ start: Duration?) -> Duration? {
    guard let end = outage.end else { return nil }
    let attempt = attempt(from: start)
    if end <= attempt.lowerBound { return end }
    let heal = kernel.ticksUp(end - attempt.lowerBound)
    guard let sent = timer.attempt(after: heal) else { return nil }
    return attempt.upperBound + kernel.duration(ticks: sent) + circumstances.roundTrip * 2 + .milliseconds(10)
      + (outage.hostUnreachable ? circumstances.resolution : .zero)
  }

  var timer: ConnectTimer {
    let second = Duration.seconds(1)
    let retries = settings.synRetries ?? kernel.synRetries
    let userTimeout = settings.userTimeout.flatMap { $0 > .zero ? $0 : nil }
    return ConnectTimer(
      initial: kernel.ticksUp(second), longest: kernel.ticksUp(kernel.rtoMax), retries: retries,
      linear: kernel.synLinearTimeouts,
      budget: kernel.ticksUp(userTimeout ?? kernel.modelTimeout(retries: retries, base: second)),
      clamped: userTimeout != nil)
  }
}

extension Circumstances {
  /// Whether the cause that silences the connection silences new ones too. If a connection is lost, it may be the only
  /// one affected, unless the effect says otherwise.
  var newConnectionsFail: Bool {
    effects.allSatisfy { span in
      switch span.effect {
      case .pathBroken(let silence): silence.newConnections != .accepted && silence.newConnections != .readdressed
      case .connectionLost(.silent(let silence)):
        silence.newConnections.map { $0 != .accepted } ?? false
      default: true
      }
    }
  }
}

extension EffectSpan {
  /// What is known about its silence, if it is silent.
  var silence: Silence? {
    switch effect {
    case .pathBroken(let silence), .connectionLost(.silent(let silence)): silence
    default: nil
    }
  }
}
