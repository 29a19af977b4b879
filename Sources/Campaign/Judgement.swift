import Model

/// What happened to a connection, as far as its outcome depends on it. All instants on the monotonic clock.
struct History: Sendable {
  /// nil: nothing was injected before the end.
  var t0: Instant?
  /// What the faults did to the connection; relative to t0.
  var effects: [EffectSpan]
  /// The last heal, if it was reached.
  var healedAt: Instant?
  var declaredAt: Instant?
  /// The first round trip after the last heal.
  var recoveredAt: Instant?
}

/// The outcome of a history, and why where the outcome alone does not say.
struct Judgement: Sendable, Hashable {
  let outcome: Outcome
  let reason: String?

  init(of history: History) {
    guard let declaredAt = history.declaredAt else {
      if history.recoveredAt != nil {
        self.init(.survived)
      } else {
        let affected = history.t0 == nil || history.effects.contains { $0.effect != .none }
        self.init(.missed, affected ? (history.healedAt != nil ? "not-recovered" : nil) : "not-affected")
      }
      return
    }
    guard let t0 = history.t0, declaredAt >= t0 else {
      self.init(.falseAlarm, "before-fault")
      return
    }
    let time = declaredAt - t0
    let begun = history.effects.filter { $0.start <= time && $0.effect != .none }
    let lasting = begun.filter { span in span.end.map { time <= $0 } ?? true }
    if begun.contains(where: { $0.effect == .connectionLost }) {
      self.init(.detected)
    } else if let span = lasting.first {
      if span.effect == .slow { self.init(.falseAlarm, "slow") } else { self.init(.detected) }
    } else if begun.isEmpty {
      self.init(.falseAlarm, "no-effect")
    } else {
      self.init(.late)
    }
  }

  private init(_ outcome: Outcome, _ reason: String? = nil) {
    self.outcome = outcome
    self.reason = reason
  }
}
