import Model

/// Goes through all injections and heals as they will happen, and reports those that cannot.
struct TimelineCourse {
  private struct InForce {
    var fault: Fault
    var since: Duration
    /// Whether it ends by itself or after its `for`: no entry heals it.
    var hasOwnEnd: Bool
  }

  private var inForce: [FaultKind: InForce] = [:]
  private var healedAt: [FaultKind: Duration] = [:]

  /// How long a server must be saturated before a keepalive probe has surely been answered meanwhile.
  private static let provableSaturation = Duration.milliseconds(1500)

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
      let hasOwnEnd = (fault.ownDuration ?? origin.entry.duration) != nil
      checkAgain(fault, hasOwnEnd: hasOwnEnd, at: step.at, origin.position, &problems)
      checkPossible(fault, at: step.at, origin.position, &problems)
      inForce[fault.kind] = InForce(fault: fault, since: step.at, hasOwnEnd: hasOwnEnd)
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
  private func checkAgain(
    _ fault: Fault, hasOwnEnd: Bool, at: Duration, _ position: Position, _ problems: inout Problems
  ) {
    let name = fault.kind.rawValue
    if let earlier = inForce[fault.kind] {
      let again = "\(name) is injected again at \(at.spelled), while the one of \(earlier.since.spelled) is in force"
      if case .impair(let cable, let direction, _) = fault,
        case .impair(let sameCable, let sameDirection, _) = earlier.fault
      {
        if earlier.since == at {
          problems.report(
            .timeline, at: position, "\(name) is injected again at the instant of its injection",
            expected: "a time above \(at.spelled)")
        } else if (cable, direction) != (sameCable, sameDirection) || hasOwnEnd || earlier.hasOwnEnd {
          problems.report(
            .timeline, at: position, again,
            expected: "a heal in between, or other parameters of the same cable and direction, both without `for`")
        }
      } else {
        problems.report(
          .timeline, at: position, fault.kind.isForGood ? "\(name) is injected again, but it is for good" : again,
          expected: fault.kind.isForGood ? "one injection" : "a heal in between")
      }
    } else if let healed = healedAt[fault.kind], healed >= at {
      problems.report(
        .timeline, at: position, "\(name) is injected again at the instant of its heal",
        expected: "a time above \(healed.spelled)")
    }
  }

  /// Another fault that leaves nothing to strike, or that would be lost with what this one takes away.
  private func checkPossible(_ fault: Fault, at: Duration, _ position: Position, _ problems: inout Problems) {
    for other in inForce.values.sorted(by: { $0.since < $1.since }) where other.fault.kind != fault.kind {
      guard let shared = fault.reach.conflict(with: other.fault.reach) else { continue }
      problems.report(
        .timeline, at: position,
        "\(fault.kind.rawValue) is injected at \(at.spelled), while the \(other.fault.kind.rawValue) of "
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
    } else if kind == .cpuSaturation, at - current.since < Self.provableSaturation {
      // The witness's keepalive probes are a second apart.
      problems.report(
        .timeline, at: position, "\(name) is healed after \((at - current.since).spelled), too soon to be proven",
        expected: "at least \(Self.provableSaturation.spelled) after its injection")
    }
  }
}
