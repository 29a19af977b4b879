import Model

/// Walks through all injections and heals in order, and reports those that cannot happen.
struct TimelineCourse {
  private struct InForce {
    var fault: Fault
    var traits: FaultTraits
    var since: Duration
    /// Whether it ends by itself or after its `for`; then no entry may heal it.
    var hasOwnEnd: Bool
  }

  private var inForce: [FaultKind: InForce] = [:]
  private var healedAt: [FaultKind: Duration] = [:]

  /// `entries`: in order of time.
  static func check(_ entries: [PlacedEntry], _ problems: inout Problems) {
    var steps: [(step: TimelineStep, origin: PlacedEntry)] = []
    for origin in entries {
      steps += Timeline(entries: [origin.entry]).steps.map { ($0, origin) }
    }
    steps = steps.enumerated()
      .sorted { ($0.element.step.at, $0.offset) < ($1.element.step.at, $1.offset) }.map(\.element)
    var course = TimelineCourse()
    var wrong: Set<Position> = []
    // One error for each entry, however often it repeats.
    for (step, origin) in steps where !wrong.contains(origin.position) {
      let errorsBefore = problems.errors.count
      course.take(step, of: origin, &problems)
      if problems.errors.count > errorsBefore { wrong.insert(origin.position) }
    }
  }

  private mutating func take(_ step: TimelineStep, of origin: PlacedEntry, _ problems: inout Problems) {
    switch step.action {
    case .inject(let fault):
      let traits = fault.traits
      let injected = InForce(
        fault: fault, traits: traits, since: step.at, hasOwnEnd: (traits.downtime ?? origin.entry.duration) != nil)
      checkAgain(injected, origin.position, &problems)
      checkPossible(injected, origin.position, &problems)
      inForce[fault.kind] = injected
    case .heal(let kind):
      if case .heal = origin.entry.action, let current = inForce[kind], current.hasOwnEnd {
        problems.report(
          .timeline, at: origin.position,
          "\(kind.rawValue) is healed at \(step.at.spelled), but the one of \(current.since.spelled) has a `for`",
          expected: "one or the other")
        return
      }
      checkHeal(kind, at: step.at, origin.position, &problems)
      inForce[kind] = nil
      healedAt[kind] = step.at
    }
  }

  /// The same kind of fault once more.
  private func checkAgain(_ injected: InForce, _ position: Position, _ problems: inout Problems) {
    let (kind, at) = (injected.fault.kind, injected.since)
    let name = kind.rawValue
    if let earlier = inForce[kind] {
      let again = "\(name) is injected again at \(at.spelled), while the one of \(earlier.since.spelled) is in force"
      if kind.nature.isAdjustable {
        if earlier.since == at {
          problems.report(
            .timeline, at: position, "\(name) is injected again at the instant of its injection",
            expected: "a time above \(at.spelled)")
        } else if injected.traits.place != earlier.traits.place || injected.hasOwnEnd || earlier.hasOwnEnd {
          problems.report(
            .timeline, at: position, again,
            expected: "a heal in between, or other parameters of the same cable and direction, both without `for`")
        }
      } else {
        problems.report(
          .timeline, at: position, kind.isForGood ? "\(name) is injected again, but it is for good" : again,
          expected: kind.isForGood ? "one injection" : "a heal in between")
      }
    } else if let healed = healedAt[kind], healed >= at {
      problems.report(
        .timeline, at: position, "\(name) is injected again at the instant of its heal",
        expected: "a time above \(healed.spelled)")
    }
  }

  /// Another fault that leaves nothing for this one to strike, or that would be lost with what this one removes.
  private func checkPossible(_ injected: InForce, _ position: Position, _ problems: inout Problems) {
    let kind = injected.fault.kind
    for other in inForce.values.sorted(by: { $0.since < $1.since }) where other.fault.kind != kind {
      guard let shared = injected.traits.reach.conflict(with: other.traits.reach) else { continue }
      problems.report(
        .timeline, at: position,
        "\(kind.rawValue) is injected at \(injected.since.spelled), while the \(other.fault.kind.rawValue) of "
          + "\(other.since.spelled) has hold of \(shared)",
        expected: "one after the other")
      return
    }
  }

  private func checkHeal(
    _ kind: FaultKind, at: Duration, _ position: Position, _ problems: inout Problems
  ) {
    let name = kind.rawValue
    guard let current = inForce[kind] else {
      problems.report(
        .timeline, at: position, "\(name) is healed at \(at.spelled), when it is not in force",
        expected: "an injection before it")
      return
    }
    if current.since == at {
      problems.report(
        .timeline, at: position, "\(name) is healed at the instant of its injection",
        expected: "a time above \(at.spelled)")
    } else if let least = kind.nature.provableAfter, at - current.since < least {
      problems.report(
        .timeline, at: position, "\(name) is healed after \((at - current.since).spelled), too soon to be proven",
        expected: "at least \(least.spelled) after its injection")
    }
  }
}
