import Model

extension ScenarioDraft {
  /// Checks that several keys agree, and builds the scenario; nil if anything is wrong.
  func checked(_ problems: inout Problems) -> Scenario? {
    let errorsBefore = problems.errors.count
    let topology = checkedTopology(&problems)
    let detectors = checkedDetectors(&problems)
    checkFaultsFit(topology, &problems)
    checkObserversOutlive(&problems)
    checkSlowReaderIsFed(&problems)
    let failover = checkedFailover(topology, &problems)
    let timeline = checkedTimeline(&problems)
    let measured = timeline.flatMap { checkedMeasure($0, &problems) }
    let expectations = checkedExpectations(timeline: timeline, measured: measured, &problems)
    guard problems.errors.count == errorsBefore, let name, let workload, let detectors, let timeline, let measured,
      let observe, let trials, let clients, let acceptQueue
    else { return nil }
    return Scenario(
      name: name.value, summary: summary ?? "", topology: topology, workload: workload, detectors: detectors,
      timeline: timeline, measured: measured, observe: observe.value, trials: trials, clients: clients,
      failover: failover,
      acceptQueue: acceptQueue, expectations: expectations)
  }

  /// The measured fault: the one that is injected, or the one that `measure` picks among several.
  private func checkedMeasure(_ timeline: Timeline, _ problems: inout Problems) -> FaultKind? {
    var injected: [FaultKind] = []
    for case .inject(let fault, _) in timeline.entries.map(\.action) where !injected.contains(fault.kind) {
      injected.append(fault.kind)
    }
    let choices = alternatives(injected.map(\.rawValue))
    if let measure {
      guard injected.contains(measure.value) else {
        problems.report(
          .contradiction, at: measure.position, "\(measure.value.rawValue) is not injected", expected: choices)
        return nil
      }
      return measure.value
    }
    guard !hasMeasure else { return nil }
    if injected.count > 1, let position = self.timeline?.position {
      problems.report(
        .missingKey, at: position, "different faults are injected and no `measure` says which one gives t0",
        expected: "measure: \(choices)")
      return nil
    }
    return injected.first
  }
}
