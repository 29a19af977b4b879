import Model

/// TCP keepalive, with or without a user timeout: `tcp_keepalive_timer` (net/ipv4/tcp_timer.c), RFC 9293 section 3.8.4,
/// RFC 5482.
///
/// While data is unacknowledged the timer sends no probe (`resched`): then the retransmission timer decides.
struct KeepalivePrediction {
  var settings: KeepaliveSettings
  var circumstances: Circumstances

  var kernel: KernelTimers { circumstances.kernel }

  var prediction: Prediction {
    let outages = Outages(circumstances.effects, needing: .kernel)
    if let quiet = outages.forgottenOnceQuiet {
      guard outages.list.isEmpty, outages.lostFrom == nil, circumstances.workload == .idle else {
        return .unknown(Reason.forgetting)
      }
      return probing(Outages([], needing: .kernel), forgottenOnceQuiet: quiet)
    }
    if outages.list.isEmpty, outages.lostFrom == nil {
      // A peer that does not read still answers probes; data that waits for it may outlast a user timeout.
      return outages.notReading == nil ? .never : transmission.prediction
    }
    if circumstances.peerIsHeard, circumstances.workload.sender == circumstances.observer.peer,
      circumstances.dataSpacing == nil, !transmission.alreadyPending
    {
      return .unknown(Reason.peerIsHeard)
    }
    if circumstances.moment == nil, circumstances.dataSpacing == nil, circumstances.answersRequests {
      return .unknown(Reason.answerInFlight)
    }
    // Even an idle connection may have had its last segment in flight.
    return transmission.alreadyPending || circumstances.dataSpacing != nil ? competing(outages) : probing(outages)
  }

  private var transmission: RetransmissionPrediction {
    RetransmissionPrediction(circumstances: circumstances, userTimeout: settings.userTimeout, heartbeat: nil)
  }

  /// Data is written: whichever comes first, the last probe or the next message, determines which timer decides.
  private func competing(_ outages: Outages) -> Prediction {
    let known = circumstances.moment?.sampled ?? .zero
    if transmission.alreadyPending {
      // On an idle connection the probes resume once that data is acknowledged.
      if circumstances.dataSpacing == nil,
        outages.list.count > 1 || outages.list.contains(where: { $0.start > known })
      {
        return .unknown(Reason.backingOff)
      }
      return transmission.prediction
    }
    guard circumstances.moment != nil, let next = circumstances.nextMessage,
      outages.list.first.map({ $0.start <= known }) ?? true, outages.lostFrom.map({ $0 <= known }) ?? true
    else { return competingAtAnyPhase(outages, transmission.prediction) }
    // An outage that never ends shows when all probes would have failed.
    var forever = outages
    for index in forever.list.indices { forever.list[index].end = nil }
    guard case .range(let earliest, let latest) = probing(forever) else { return transmission.prediction }
    if earliest > next.upperBound { return transmission.prediction }
    if latest < next.lowerBound, outages.list.count <= 1 { return probing(outages) }
    return .unknown("the probes and the next message come at about the same time")
  }

  /// Unless messages are sent so often that the connection is never idle for long enough, either timer may decide,
  /// depending on the phase.
  private func competingAtAnyPhase(_ outages: Outages, _ transmission: Prediction) -> Prediction {
    guard let spacing = circumstances.dataSpacing.map(kernel.ticksDown) else { return transmission }
    let needed = outages.lostFrom == nil ? timer.declared(from: firstProbe) : firstProbe
    if needed.lowerBound > spacing { return transmission }
    switch (probing(outages), transmission) {
    case (.range(let first, let last), .range(let otherFirst, let otherLast)):
      return .range(
        min: min(first, otherFirst), max: outages.lostFrom == nil ? max(last, otherLast) : min(last, otherLast))
    case (.never, .never) where outages.list.count <= 1: return .never
    default: return .unknown("by the phase of the messages, either the probes or the retransmissions decide")
    }
  }

  /// No data is pending.
  private func probing(_ outages: Outages, forgottenOnceQuiet quiet: Duration? = nil) -> Prediction {
    var declared: ClosedRange<Duration>?
    var survives = false
    for start in starts {
      var path = ProbedPath(
        outages, zero: start.zero, known: circumstances.moment?.sampled ?? .zero, interval: timer.interval,
        circumstances: circumstances)
      if let quiet {
        // A connection that is tracked when the limit is set gets the rest of it in whole seconds, rounded up
        // (`NATTimeout`).
        path.forgets = kernel.ticksUp(quiet)...kernel.ticksUp(quiet + .seconds(1))
      }
      let fate = timer.fate(of: [start.state], on: path)
      if fate.abandoned { return .unknown("the outages come too often to follow every phase of the probes") }
      survives = survives || fate.survives
      if let ticks = fate.declared {
        var range = kernel.times(ticks, from: start.zero...start.zero)
        if let early = queuedReset(outages, first: start) { range = min(early, range.lowerBound)...range.upperBound }
        declared = declared.map { $0.hull(range) } ?? range
      }
    }
    guard let declared else { return .never }
    if survives {
      return .unknown(quiet == nil ? "an outage ends about when the last probe is due" : Reason.forgetting)
    }
    return .range(min: max(.zero, declared.lowerBound), max: declared.upperBound)
  }

  /// The peer's host returns without its connection: a probe that waited for its address meanwhile may be delivered, and
  /// answered with a reset, from then on (`__neigh_event_send`, net/core/neighbour.c). nil if none can be waiting.
  private func queuedReset(_ outages: Outages, first: Start) -> Duration? {
    guard let lost = outages.lostFrom, outages.list.contains(where: { $0.start < lost && $0.end == lost }) else {
      return nil
    }
    let sent = kernel.times(
      first.state.firing.earliest...first.state.firing.latest, from: first.zero...first.zero)
    return sent.lowerBound < lost ? lost : nil
  }

  var timer: KeepaliveTimer {
    KeepaliveTimer(
      idle: kernel.ticksUp(settings.idle), interval: kernel.ticksUp(settings.interval), probes: settings.probes,
      userTimeout: settings.userTimeout.flatMap { $0 > .zero ? kernel.ticksUp($0) : nil },
      roundTrip: kernel.ticksUp(circumstances.roundTrip))
  }
}

extension KeepaliveTimer {
  /// From the last segment received to the declaration, when the first probe is sent at `first` and none is answered.
  func declared(from first: ClosedRange<Int64>) -> ClosedRange<Int64> {
    let firing = Firing(earliest: first.lowerBound, latest: first.upperBound)
    let state = State(firing: firing, heard: 0...0, unanswered: 0)
    return fate(of: [state], on: .broken).declared ?? first
  }
}
