import Model

extension Fault {
  /// What the fault does to the connection between client and server while it is in force.
  public func effect(in topology: Topology) -> FaultEffect {
    switch self {
    case .cablePull(let cable): CablePull.effect(of: cable, in: topology)
    case .blackhole(let cable, _): Blackhole.effect(of: cable, in: topology)
    case .routerRestart: RouterRestart.effect(in: topology)
    case .cpuSaturation: CPUSaturation.effect
    }
  }
}

/// When one injection was carried out and healed, relative to t0.
public struct CarriedOut: Sendable, Hashable {
  public var start: Duration
  public var end: Duration?

  public init(start: Duration, end: Duration?) {
    self.start = start
    self.end = end
  }
}

extension Scenario {
  /// What the whole timeline does to the connection, relative to t0: injections carried out so far as they were, the
  /// others as planned.
  ///
  /// Those that an early outcome left undone matter too: a prediction may not know of the outcome.
  public func effects(carriedOut: [CarriedOut] = []) -> [EffectSpan] {
    let steps = timeline.steps
    let t0 =
      steps.first { if case .inject(let fault) = $0.action { fault.kind == measured } else { false } }?.at ?? .zero
    var done = carriedOut.makeIterator()
    return steps.enumerated().compactMap { number, step in
      guard case .inject(let fault) = step.action else { return nil }
      let actual = done.next()
      let heal = steps[(number + 1)...].first { $0.action == .heal(fault.kind) }
      return EffectSpan(
        effect: fault.effect(in: topology), start: actual?.start ?? step.at - t0,
        end: actual?.end ?? heal.map { $0.at - t0 })
    }
  }
}
