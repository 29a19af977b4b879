import Model

extension ScenarioDraft {
  /// Reports promises about things that the scenario does not have, and promises that nothing could break.
  func checkedExpectations(
    timeline: Timeline?, measured: FaultKind?, _ problems: inout Problems
  ) -> [Expectation] {
    let window = timeline.flatMap { self.window(of: $0, measured: measured) }
    return expectations.compactMap { located -> Expectation? in
      guard let draft = located.value else { return nil }
      checkDetector(of: draft, &problems)
      checkObserver(of: draft, &problems)
      guard let condition = draft.condition, let observer = draft.observer else { return nil }
      checkMeans(of: condition, draft, timeline, &problems)
      if let window { checkLimit(of: condition, draft, window, &problems) }
      return Expectation(
        detector: draft.detector?.value, observer: observer.value, condition: condition,
        location: "\(problems.file):\(located.position)")
    }
  }

  private func checkDetector(of draft: ExpectationDraft, _ problems: inout Problems) {
    guard let wanted = draft.detector, let detectors else { return }
    let names = detectors.map { $0.value?.name }
    let known = names.compactMap { $0 }
    // The promise may refer to a detector that could not be read.
    guard known.count == names.count, !known.contains(wanted.value) else { return }
    problems.report(
      .unknownWord, at: wanted.position,
      "unknown detector `\(wanted.value)`" + suggestion(for: wanted.value, among: known), expected: alternatives(known))
  }

  /// The detectors that the promise applies to; nil if one could not be read.
  func concerned(by draft: ExpectationDraft) -> [DetectorDraft]? {
    guard let detectors else { return nil }
    let read = detectors.compactMap(\.value).filter { $0.name != nil && $0.observers != nil && $0.mode != nil }
    guard read.count == detectors.count else { return nil }
    return draft.detector.map { wanted in read.filter { $0.name == wanted.value } } ?? read
  }

  /// A promise about rows that no detector writes.
  private func checkObserver(of draft: ExpectationDraft, _ problems: inout Problems) {
    guard let observer = draft.observer, let concerned = concerned(by: draft), !concerned.isEmpty else { return }
    guard !concerned.contains(where: { $0.observers?.value.all.contains(observer.value) ?? true }) else { return }
    let subject = draft.detector.map { "`\($0.value)` does not watch" } ?? "no detector watches"
    problems.report(
      .contradiction, at: observer.position, "\(subject) from the \(observer.value.rawValue)",
      expected: "observer: \(observer.value.peer.rawValue), or a detector with observer: \(observer.value.rawValue)")
  }

  /// Whether the scenario has what the condition refers to.
  private func checkMeans(
    of condition: Expectation.Condition, _ draft: ExpectationDraft, _ timeline: Timeline?, _ problems: inout Problems
  ) {
    let heals = timeline.map { $0.steps.contains { if case .heal = $0.action { true } else { false } } } ?? true
    let position = draft.conditionPosition
    switch condition {
    case .failover, .requestsLost:
      if draft.observer?.value == .server {
        problems.report(
          .contradiction, at: position, "a server neither fails over nor sends requests", expected: "observer: client")
      } else if case .failover = condition, topology.backup == false, !hasFailover {
        problems.report(
          .contradiction, at: position, "a failover without a backup server",
          expected: "topology: {backup: true}, or failover: {to: server}")
      } else if case .requestsLost = condition, let workload {
        guard case .requests = workload else {
          problems.report(
            .contradiction, at: position, "lost requests without a workload of requests",
            expected: "workload: {requests: {every: ..., timeout: ...}}")
          return
        }
      }
    case .recovery where !heals:
      problems.report(.contradiction, at: position, "a recovery without any heal", expected: "a heal in the timeline")
    case .queryAccuracy:
      let acting = (concerned(by: draft) ?? []).filter { $0.mode == .act }.compactMap(\.name)
      if !acting.isEmpty {
        problems.report(
          .contradiction, at: position,
          "a query accuracy of \(alternatives(acting)), whose first mistake is the last: it acts",
          expected: "a detector with mode: watch")
      }
    case .learnedInterval(let interval):
      checkLearning(of: interval, draft, &problems)
    case .outcome(let outcome, let within):
      if outcome == .late && !heals || outcome == .survived && !heals && breaksForSure {
        problems.report(
          .contradiction, at: position, "`\(outcome.rawValue)` without any heal", expected: "a heal in the timeline")
      }
      if within != nil, ![.detected, .late].contains(outcome) {
        problems.report(
          .contradiction, at: draft.limit?.position ?? position,
          "`within` limits a detection, but `\(outcome.rawValue)` is not one",
          expected: "outcome: detected, or no `within`")
      }
    default: break
    }
  }

  /// Whether an injected fault kills every connection that it affects, unless it is healed.
  private var breaksForSure: Bool {
    (timeline?.value ?? []).contains { located in
      guard case .inject(let draft)? = located.value?.action else { return false }
      return draft.kind.nature.breaksForSure
    }
  }

  /// A limit beyond the end of the window promises nothing.
  private func checkLimit(
    of condition: Expectation.Condition, _ draft: ExpectationDraft, _ window: Window, _ problems: inout Problems
  ) {
    guard let limit = draft.limit else { return }
    let (most, start): (Duration?, String) =
      if case .recovery = condition { (window.afterLastHeal, "the last heal") } else { (window.afterInjection, "t0") }
    guard let most, limit.value > most else { return }
    problems.report(
      .contradiction, at: limit.position,
      "\(limit.value.spelled) can never be exceeded: the window ends \(most.spelled) after \(start)",
      expected: "at most \(most.spelled), or a longer `observe`")
  }

  private struct Window {
    var afterInjection: Duration
    /// nil without a heal.
    var afterLastHeal: Duration?
  }

  private func window(of timeline: Timeline, measured: FaultKind?) -> Window? {
    guard let observe, let measured else { return nil }
    let steps = timeline.steps
    let injection = steps.first { if case .inject(let fault) = $0.action { fault.kind == measured } else { false } }
    let heal = steps.last { if case .heal = $0.action { true } else { false } }
    guard let injection else { return nil }
    return Window(afterInjection: observe.value - injection.at, afterLastHeal: heal.map { observe.value - $0.at })
  }
}
