import Model

extension ApplicationState {
  /// What the application may have known when the fault took effect: this, and, where a heartbeat or request was due
  /// between t0 and `effectiveBy`, what it knew if that was still answered. t0 is known no better than that.
  ///
  /// - Parameter lag: how late the client's loop ran: a heartbeat that was due so shortly before t0 may have been sent,
  ///   and answered, only then.
  func possibilities(
    from t0: Instant, until effectiveBy: Instant, lag: Duration, _ settings: DetectorSettings, _ workload: Workload
  ) -> [Self] {
    var answered = self
    switch settings {
    case .heartbeat(let heartbeat):
      guard let next = nextHeartbeat else { return [self] }
      let previous = next - heartbeat.interval
      if next <= effectiveBy {
        answered.lastAnswer = next
        answered.nextHeartbeat = next + heartbeat.interval
      } else if t0 - previous <= lag, lastAnswer.map({ $0 < previous }) ?? true {
        answered.lastAnswer = effectiveBy
      } else {
        return [self]
      }
    case .none, .keepalive, .requestTimeout:
      guard case .requests(let every, _) = workload, let next = nextRequest, next <= effectiveBy else { return [self] }
      answered.lastAnswer = next
      answered.oldestUnansweredRequest = nil
      answered.nextRequest = next + every
    }
    return [self, answered]
  }
}

extension Prediction {
  /// What holds if either may: the hull of two ranges; otherwise nothing can be said, unless both say the same.
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
