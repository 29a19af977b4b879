import Model

/// What happened to a connection, as far as its outcome depends on it. All instants on the monotonic clock.
struct History: Sendable {
  /// nil: nothing was injected before the end.
  var t0: Instant?
  /// What the faults did to the connection; relative to t0.
  var effects: [EffectSpan]
  /// The last heal, if it was reached.
  var healedAt: Instant?
  /// In mode `watch`, the beginning of the suspicion that held at the end of the outage.
  var declaredAt: Instant?
  /// The first round trip after the last heal.
  var recoveredAt: Instant?
  /// In mode `watch`: suspicions of a peer that was alive.
  var mistakes = 0
  /// The detector declared the peer overloaded, not dead: for a slow peer, that is right.
  var isOverload = false
}

/// The outcome of a history, and the reason if the outcome alone does not show it.
struct Judgement: Sendable, Hashable {
  let outcome: Outcome
  let reason: String?

  init(of history: History) {
    guard let declaredAt = history.declaredAt else {
      self = Self.undeclared(history)
      return
    }
    guard let t0 = history.t0, declaredAt >= t0 else {
      self.init(.falseAlarm, "before-fault")
      return
    }
    let time = declaredAt - t0
    let begun = history.effects.filter { $0.start <= time && $0.effect != .none }
    let lasting = begun.filter { span in span.end.map { time <= $0 } ?? true }
    if begun.contains(where: { if case .connectionLost = $0.effect { true } else { false } }) {
      self.init(.detected)
    } else if lasting.contains(where: \.effect.isDeadly) {
      self.init(.detected)
    } else if begun.contains(where: \.effect.isDeadly), history.recoveredAt.map({ $0 > declaredAt }) ?? true {
      // The tolerance for an outage that was just healed, whatever else slows the connection down.
      self.init(.late)
    } else if !lasting.isEmpty {
      if history.isOverload { self.init(.detected) } else { self.init(.falseAlarm, "slow") }
    } else if begun.contains(where: \.effect.isDeadly) {
      self.init(.late)
    } else {
      self.init(.falseAlarm, begun.isEmpty ? "no-effect" : "slow")
    }
  }

  /// Never declared dead or, in mode `watch`, not suspected while it was dead.
  private static func undeclared(_ history: History) -> Judgement {
    let effects = history.effects.map(\.effect).filter { $0 != .none }
    let deadly = history.t0 == nil || effects.contains(where: \.isDeadly)
    if !deadly, history.mistakes > 0 { return Judgement(.falseAlarm, effects.isEmpty ? "no-effect" : "slow") }
    if !deadly, effects.isEmpty { return Judgement(.unaffected) }
    if effects.allSatisfy({ if case .slow = $0 { true } else { false } }), !deadly {
      return Judgement(.unaffected, "slow")
    }
    if history.recoveredAt != nil { return Judgement(.survived) }
    if deadly { return Judgement(.missed, history.healedAt != nil ? "not-recovered" : nil) }
    // A healthy peer that does not read.
    return Judgement(.unaffected, "not-reading")
  }

  init(_ outcome: Outcome, _ reason: String? = nil) {
    self.outcome = outcome
    self.reason = reason
  }
}
