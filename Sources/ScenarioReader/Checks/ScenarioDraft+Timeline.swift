import Model

extension ScenarioDraft {
  /// Reports timelines that cannot happen; nil if they cannot, or if an entry is wrong.
  func checkedTimeline(_ problems: inout Problems) -> Timeline? {
    guard let located = timeline else { return nil }
    let errorsBefore = problems.errors.count
    var entries: [(entry: TimelineEntry, position: Position)] = []
    for draft in located.value.compactMap(\.value) {
      guard let at = draft.at, let action = draft.action else { continue }
      let entry = TimelineEntry(at: at.value, action: action.asModel)
      entries.append((entry, draft.position))
      checkWithinWindow(entry, at: at.position, &problems)
    }
    guard entries.count == located.value.count else { return nil }
    // A stable sort: entries of the same instant keep the order of the file.
    entries = entries.enumerated()
      .sorted { ($0.element.entry.at, $0.offset) < ($1.element.entry.at, $1.offset) }.map(\.element)
    checkOrder(entries, &problems)
    // Without any injection every heal has been reported.
    return problems.errors.count == errorsBefore ? Timeline(entries: entries.map(\.entry)) : nil
  }

  private func checkWithinWindow(_ entry: TimelineEntry, at position: Position, _ problems: inout Problems) {
    guard let observe else { return }
    let end = Timeline(entries: [entry]).steps.last?.at ?? entry.at
    if entry.at >= observe.value {
      problems.report(
        .timeline, at: position, "\(entry.at.spelled) lies beyond the window",
        expected: "before \(observe.value.spelled)")
    } else if end >= observe.value {
      problems.report(
        .timeline, at: position, "the last restart ends at \(end.spelled), beyond the window",
        expected: "an end before \(observe.value.spelled)")
    }
  }

  /// Goes through all injections and heals as they will happen.
  private func checkOrder(
    _ entries: [(entry: TimelineEntry, position: Position)], _ problems: inout Problems
  ) {
    var steps: [(step: TimelineStep, position: Position)] = []
    for (entry, position) in entries {
      steps += Timeline(entries: [entry]).steps.map { ($0, position) }
    }
    steps = steps.enumerated()
      .sorted { ($0.element.step.at, $0.offset) < ($1.element.step.at, $1.offset) }.map(\.element)
    var states: [FaultKind: State] = [:]
    var wrong: Set<Position> = []
    // One error for each entry, however often it repeats.
    for (step, position) in steps where !wrong.contains(position) {
      let errorsBefore = problems.errors.count
      switch step.action {
      case .inject(let fault):
        checkInjection(fault.kind, at: step.at, states[fault.kind], position, &problems)
        checkAlone(fault.kind, at: step.at, states, position, &problems)
        states[fault.kind] = .inForce(since: step.at)
      case .heal(let kind):
        if !TimelineKeys.endsByItself(kind) { checkHeal(kind, at: step.at, states[kind], position, &problems) }
        states[kind] = .healed(at: step.at)
      }
      if problems.errors.count > errorsBefore { wrong.insert(position) }
    }
  }

  /// How long a server must be saturated before a keepalive probe has surely been answered meanwhile.
  private static let provableSaturation = Duration.milliseconds(1500)

  private enum State {
    case inForce(since: Duration)
    case healed(at: Duration)
  }

  private func checkInjection(
    _ kind: FaultKind, at: Duration, _ state: State?, _ position: Position, _ problems: inout Problems
  ) {
    switch state {
    case nil: break
    case .inForce(let since):
      problems.report(
        .timeline, at: position,
        "\(kind.rawValue) is injected again at \(at.spelled), while the one of \(since.spelled) is in force",
        expected: "a heal in between")
    case .healed(let healed) where healed >= at:
      problems.report(
        .timeline, at: position, "\(kind.rawValue) is injected again at the instant of its heal",
        expected: "a time above \(healed.spelled)")
    case .healed: break
    }
  }

  /// Faults of the network share cables and router: one would mend or hide the other.
  private func checkAlone(
    _ kind: FaultKind, at: Duration, _ states: [FaultKind: State], _ position: Position, _ problems: inout Problems
  ) {
    let network: [FaultKind] = [.cablePull, .blackhole, .routerRestart]
    guard network.contains(kind) else { return }
    for other in network where other != kind {
      guard case .inForce(let since)? = states[other] else { continue }
      problems.report(
        .timeline, at: position,
        "\(kind.rawValue) is injected at \(at.spelled), while the \(other.rawValue) of \(since.spelled) is in force",
        expected: "faults of the network one after the other")
    }
  }

  private func checkHeal(
    _ kind: FaultKind, at: Duration, _ state: State?, _ position: Position, _ problems: inout Problems
  ) {
    switch state {
    case .inForce(let since) where since < at:
      // The witness's keepalive probes are a second apart.
      if kind == .cpuSaturation, at - since < Self.provableSaturation {
        problems.report(
          .timeline, at: position, "cpu-saturation is healed after \((at - since).spelled), too soon to be proven",
          expected: "at least \(Self.provableSaturation.spelled) after its injection")
      }
    case .inForce:
      problems.report(
        .timeline, at: position, "\(kind.rawValue) is healed at the instant of its injection",
        expected: "a time above \(at.spelled)")
    case nil, .healed:
      problems.report(
        .timeline, at: position, "\(kind.rawValue) is healed at \(at.spelled), when it is not in force",
        expected: "an injection before it")
    }
  }
}

extension EntryDraft.Action {
  fileprivate var asModel: TimelineEntry.Action {
    switch self {
    case .inject(let fault, let repetition): .inject(fault, repetition: repetition)
    case .heal(let kind): .heal(kind)
    }
  }
}
