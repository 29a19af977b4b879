import Model

extension ResultRow {
  /// A row with everything known before the measurement; the outcome is `error` until it is known.
  static func blank(for planned: PlannedMeasurement, _ facts: RowFacts) -> ResultRow {
    let scenario = planned.scenario
    let fault = scenario.measuredFault
    var row = ResultRow(
      version: facts.version, plan: planned.planHash, run: facts.run, scenario: scenario.name,
      trial: planned.trial, trialsPlanned: planned.trialsPlanned, seed: facts.seed,
      startedAt: facts.startedAt, kernel: facts.kernel.release, hz: facts.kernel.timers.hz,
      path: scenario.topology.path, family: scenario.topology.family, workload: scenario.workload.spelled,
      timeline: scenario.timeline.spelled, fault: scenario.measured, faultTarget: fault?.target ?? "",
      detector: planned.detector.name, mechanism: planned.detector.mechanism,
      settings: planned.detector.settings.spelled, mode: planned.detector.mode, observer: planned.observer,
      outcome: .error)
    row.cables = scenario.topology.impairmentsSpelled
    row.clock = facts.clock
    row.clients = scenario.clients
    row.failoverPolicy = planned.observer == .client ? scenario.failover?.spelled : nil
    return row
  }
}

extension Scenario {
  /// The fault whose first injection is t0.
  var measuredFault: Fault? {
    for case .inject(let fault) in timeline.steps.map(\.action) where fault.kind == measured { return fault }
    return nil
  }
}

extension Topology {
  /// The CSV's `cables` column; nil without impairments.
  var impairmentsSpelled: String? {
    guard !impairments.isEmpty else { return nil }
    return impairments.sorted { $0.key < $1.key }.map { "\($0.rawValue): \($1.spelled)" }.joined(separator: "; ")
  }
}
