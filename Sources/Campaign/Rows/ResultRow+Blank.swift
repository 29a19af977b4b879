import LinuxSystem
import Model

extension ResultRow {
  /// A row with everything known before the measurement: outcome `error`, until it is known better.
  static func blank(for planned: PlannedMeasurement, _ context: MeasurementContext, startedAt: Int64) -> ResultRow {
    let scenario = planned.scenario
    let fault = scenario.measuredFault
    var row = ResultRow(
      version: context.version, plan: planned.planHash, run: context.runIdentifier, scenario: scenario.name,
      trial: planned.trial, trialsPlanned: planned.trialsPlanned, seed: context.seed,
      startedAt: UTC.iso8601(nanoseconds: startedAt), kernel: context.kernel.release, hz: context.kernel.timers.hz,
      path: scenario.topology.path, family: scenario.topology.family, workload: scenario.workload.spelled,
      timeline: scenario.timeline.spelled, fault: scenario.measured, faultTarget: fault?.target ?? "",
      detector: planned.detector.name, mechanism: planned.detector.mechanism,
      settings: planned.detector.settings.spelled, mode: planned.detector.mode, observer: planned.observer,
      outcome: .error)
    row.cables = scenario.topology.impairmentsSpelled
    row.clock = context.clock
    row.clients = scenario.clients
    row.failoverPolicy = planned.observer == .client ? scenario.failover?.spelled : nil
    return row
  }

  /// The row of a measurement that could not be made.
  static func failure(
    of planned: PlannedMeasurement, _ context: MeasurementContext, because error: any Error
  ) -> ResultRow {
    var row = blank(for: planned, context, startedAt: Clocks.realtimeNanoseconds())
    row.reason = "\(error)"
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
