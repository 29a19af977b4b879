import Model

extension ApplicationState {
  /// The possible states of the application when the fault took effect: this one and, if a heartbeat or request was due
  /// between t0 and `effectiveBy`, the state if that was still answered. t0 is not known more precisely.
  ///
  /// - Parameter lag: how late the client's loop ran: a heartbeat that was due so shortly before t0 may have been sent,
  ///   and answered, only then.
  func statesAtFault(
    from t0: Instant, until effectiveBy: Instant, lag: Duration, _ settings: DetectorSettings, _ workload: Workload
  ) -> [Self] {
    var answered = self
    if let interval = settings.heartbeatInterval {
      guard let next = nextHeartbeat else { return [self] }
      let previous = next - interval
      if next <= effectiveBy {
        answered.lastAnswer = next
        answered.nextHeartbeat = next + interval
        answered.arrivals?.nextArrival = arrivals?.nextArrival.map { $0 + interval }
      } else if t0 - previous <= lag, lastAnswer.map({ $0 < previous }) ?? true {
        answered.lastAnswer = effectiveBy
        answered.arrivals?.nextArrival = arrivals?.nextArrival.map { $0 + interval }
      } else {
        return [self]
      }
    } else if case .connect(let connect) = settings {
      guard let next = nextHeartbeat, next <= effectiveBy else { return [self] }
      answered.nextHeartbeat = next + connect.interval
    } else if case .requests(let every, _, _) = workload {
      guard let next = nextRequest, next <= effectiveBy else { return [self] }
      answered.lastAnswer = next
      answered.oldestUnansweredRequest = nil
      answered.nextRequest = next + every
    } else {
      return oneWayPossibilities(from: t0, until: effectiveBy, lag: lag, workload)
    }
    return [self, answered]
  }

  /// For messages without answers, only the schedule is known: one that was due about t0 may have got through, or have
  /// been sent only then.
  private func oneWayPossibilities(
    from t0: Instant, until effectiveBy: Instant, lag: Duration, _ workload: Workload
  ) -> [Self] {
    guard let every = workload.spacing, let next = nextRequest else { return [self] }
    var statesAtFault = [self]
    if next <= effectiveBy {
      var through = self
      through.nextRequest = next + every
      statesAtFault.append(through)
    }
    if t0 - (next - every) <= lag {
      var late = self
      late.nextRequest = effectiveBy
      statesAtFault.append(late)
    }
    return statesAtFault
  }
}

extension Prediction {
  /// The prediction if either state is possible: the hull of two ranges; otherwise there is none, unless both are the
  /// same.
  func joined(with other: Prediction) -> Prediction {
    switch (self, other) {
    case (.range(let min, let max), .range(let otherMin, let otherMax)):
      .range(min: Swift.min(min, otherMin), max: Swift.max(max, otherMax))
    case (.never, .never): .never
    case (.unknown, _): self
    case (_, .unknown): other
    case (.never, .range), (.range, .never): .unknown("whether the last message before the fault was answered decides")
    }
  }
}
