import Model

/// Version 3 of the results file: its columns, in order.
///
/// Columns are only ever added at the end, with a new version, so a file of an earlier version has only the first of
/// them. A reader finds them by name: a spreadsheet's user may have moved some, and added others.
public enum ResultsSchema {
  /// The number in every row's first column, as it is written.
  public static let version = 3

  /// How many columns each version has, from version 1 on. Version 3 has the columns of version 2; new in it are the
  /// outcome `unaffected` and the plan's prefix (`EarlierVersions`).
  private static let columnCounts = [50, columns.count, columns.count]

  /// The names of the columns that a version has.
  static func names(ofVersion version: Int) -> ArraySlice<String> { columnNames.prefix(columnCounts[version - 1]) }

  /// The last version all of whose columns are among these; nil if not even the first version's columns are.
  static func version(within names: Set<String>) -> Int? {
    (1...version).last { Self.names(ofVersion: $0).allSatisfy(names.contains) }
  }

  /// The names of the columns, in order.
  public static var columnNames: [String] { columns.map(\.name) }

  /// The key of a row: no two rows have the same values in all of these.
  public static let keyColumnNames = ["plan", "run", "scenario", "trial", "detector", "observer"]

  static let columns: [Column] = [
    // What.
    Column(schema: version),
    Column("version", \.version) { $0.version.read($1) },
    Column("plan", \.plan) { $0.plan.readPlan($1) },
    Column("run", \.run) { $0.run.read($1) },
    Column("scenario", \.scenario) { $0.scenario.read($1) },
    Column("trial", \.trial, Bounds.trials) { $0.trial.read($1, Bounds.trials) },
    Column("trials_planned", \.trialsPlanned, Bounds.trials) { $0.trialsPlanned.read($1, Bounds.trials) },
    Column("seed", \.seed, Bounds.seeds) { $0.seed.read($1, Bounds.seeds) },
    Column("started_at", \.startedAt) { $0.startedAt.read($1) },
    // Where.
    Column("clock", \.clock) { $0.clock.read($1) },
    Column("kernel", \.kernel) { $0.kernel.read($1) },
    Column("hz", \.hz, Bounds.hz) { $0.hz.read($1, Bounds.hz) },
    Column("path", \.path) { $0.path.read($1) },
    Column("family", \.family) { $0.family.read($1) },
    Column("cables", \.cables) { $0.cables.read($1) },
    Column("workload", \.workload) { $0.workload.read($1) },
    // Fault.
    Column("timeline", \.timeline) { $0.timeline.read($1) },
    Column("fault", \.fault) { $0.fault.read($1) },
    Column("fault_target", \.faultTarget) { $0.faultTarget.read($1) },
    Column("fault_backend", \.faultBackend) { $0.faultBackend.read($1) },
    Column("fault_at_s", \.faultAt, Bounds.lengths) { $0.faultAt.read($1, Bounds.lengths) },
    Column("heal_at_s", \.healAt, Bounds.lengths) { $0.healAt.read($1, Bounds.lengths) },
    Column("fault_uncertainty_s", \.faultUncertainty, Bounds.lengths) { $0.faultUncertainty.read($1, Bounds.lengths) },
    Column("fault_verdict", \.faultVerdict) { $0.faultVerdict.read($1) },
    // Detector.
    Column("detector", \.detector) { $0.detector.read($1) },
    Column("mechanism", \.mechanism) { $0.mechanism.read($1) },
    Column("settings", \.settings) { $0.settings.read($1, mayBeEmpty: true) },
    Column("mode", \.mode) { $0.mode.read($1) },
    Column("observer", \.observer) { $0.observer.read($1) },
    // Outcome.
    Column("outcome", \.outcome) { $0.outcome.read($1) },
    Column("reason", \.reason) { $0.reason.read($1) },
    Column("signal", \.signal) { $0.signal.read($1) },
    Column("detection_s", \.detection, Bounds.times) { $0.detection.read($1, Bounds.times) },
    Column("observed_s", \.observed, Bounds.times) { $0.observed.read($1, Bounds.times) },
    Column("last_heard_s", \.lastHeard, Bounds.times) { $0.lastHeard.read($1, Bounds.times) },
    Column("predicted_min_s", \.predictedMin, Bounds.times) { $0.predictedMin.read($1, Bounds.times) },
    Column("predicted_max_s", \.predictedMax, Bounds.times) { $0.predictedMax.read($1, Bounds.times) },
    Column("within_prediction", \.withinPrediction) { $0.withinPrediction.read($1) },
    Column("recovery_s", \.recovery, Bounds.times) { $0.recovery.read($1, Bounds.times) },
    Column("failover_s", \.failover, Bounds.times) { $0.failover.read($1, Bounds.times) },
    // Cost.
    Column("requests_sent", \.requestsSent, Bounds.counts) { $0.requestsSent.read($1, Bounds.counts) },
    Column("requests_lost", \.requestsLost, Bounds.counts) { $0.requestsLost.read($1, Bounds.counts) },
    Column("mistakes", \.mistakes, Bounds.counts) { $0.mistakes.read($1, Bounds.counts) },
    Column("mistake_s", \.mistakeTime, Bounds.lengths) { $0.mistakeTime.read($1, Bounds.lengths) },
    Column("healthy_s", \.healthy, Bounds.lengths) { $0.healthy.read($1, Bounds.lengths) },
    Column("healthy_segments_out", \.healthySegmentsOut, Bounds.traffic) {
      $0.healthySegmentsOut.read($1, Bounds.traffic)
    },
    Column("healthy_segments_in", \.healthySegmentsIn, Bounds.traffic) {
      $0.healthySegmentsIn.read($1, Bounds.traffic)
    },
    Column("healthy_wire_bytes_out", \.healthyWireBytesOut, Bounds.traffic) {
      $0.healthyWireBytesOut.read($1, Bounds.traffic)
    },
    Column("healthy_wire_bytes_in", \.healthyWireBytesIn, Bounds.traffic) {
      $0.healthyWireBytesIn.read($1, Bounds.traffic)
    },
    Column("lag_s", \.lag, Bounds.lengths) { $0.lag.read($1, Bounds.lengths) },
    // Since version 2.
    Column("accuracy_s", \.watchedAlive, Bounds.lengths) { $0.watchedAlive.read($1, Bounds.lengths) },
    Column("clients", \.clients, Bounds.counts) { $0.clients.read($1, Bounds.counts) },
    Column("clients_declared", \.clientsDeclared, Bounds.counts) { $0.clientsDeclared.read($1, Bounds.counts) },
    Column("clients_failed_over", \.clientsFailedOver, Bounds.counts) { $0.clientsFailedOver.read($1, Bounds.counts) },
    Column("last_failover_s", \.lastFailover, Bounds.times) { $0.lastFailover.read($1, Bounds.times) },
    Column("failover_policy", \.failoverPolicy) { $0.failoverPolicy.read($1) },
    Column("failed_attempts", \.failedAttempts, Bounds.counts) { $0.failedAttempts.read($1, Bounds.counts) },
    Column("learned_interval_s", \.learnedInterval, Bounds.lengths) { $0.learnedInterval.read($1, Bounds.lengths) },
  ]
}
