import Model

/// Version 2 of the results file: its columns, in order.
///
/// Columns are only ever added at the end, with a new version, so a file of an earlier version has the first of them.
public enum ResultsSchema {
  /// The number in every row's first column, as it is written.
  public static let version = 2

  /// How many columns each version has, from version 1 on.
  private static let columnCounts = [50, columns.count]

  /// The columns of a version from 1 to `version`; its number is the only one that the first column takes.
  static func columns(ofVersion version: Int) -> [Column] {
    [Column("schema", constant: version)] + columns.prefix(columnCounts[version - 1]).dropFirst()
  }

  /// The version whose header this is; nil if it is none's.
  static func version(ofHeader names: [String]) -> Int? {
    guard let index = columnCounts.firstIndex(of: names.count), columnNames.starts(with: names) else { return nil }
    return index + 1
  }

  /// The version that a wrong header was most likely meant to be of: the first that has all the columns that it names.
  static func version(closestTo names: [String]) -> Int {
    let last = columnNames.lastIndex { names.contains($0) } ?? 0
    return (columnCounts.firstIndex { last < $0 } ?? columnCounts.count - 1) + 1
  }

  /// The names of the columns, in order.
  public static var columnNames: [String] { columns.map(\.name) }

  /// What tells rows apart: no two rows have the same values in all of these.
  public static let keyColumnNames = ["plan", "run", "scenario", "trial", "detector", "observer"]

  static let columns: [Column] = [
    // What.
    Column("schema", constant: version),
    Column("version", \.version) { $0.version.read($1) },
    Column("plan", \.plan) { $0.plan.read($1) },
    Column("run", \.run) { $0.run.read($1) },
    Column("scenario", \.scenario) { $0.scenario.read($1) },
    Column("trial", \.trial) { $0.trial.read($1) },
    Column("trials_planned", \.trialsPlanned) { $0.trialsPlanned.read($1) },
    Column("seed", \.seed) { $0.seed.read($1) },
    Column("started_at", \.startedAt) { $0.startedAt.read($1) },
    // Where.
    Column("clock", \.clock) { $0.clock.read($1) },
    Column("kernel", \.kernel) { $0.kernel.read($1) },
    Column("hz", \.hz) { $0.hz.read($1) },
    Column("path", \.path) { $0.path.read($1) },
    Column("family", \.family) { $0.family.read($1) },
    Column("cables", \.cables) { $0.cables.read($1) },
    Column("workload", \.workload) { $0.workload.read($1) },
    // Fault.
    Column("timeline", \.timeline) { $0.timeline.read($1) },
    Column("fault", \.fault) { $0.fault.read($1) },
    Column("fault_target", \.faultTarget) { $0.faultTarget.read($1) },
    Column("fault_backend", \.faultBackend) { $0.faultBackend.read($1) },
    Column("fault_at_s", \.faultAt) { $0.faultAt.read($1) },
    Column("heal_at_s", \.healAt) { $0.healAt.read($1) },
    Column("fault_uncertainty_s", \.faultUncertainty) { $0.faultUncertainty.read($1) },
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
    Column("detection_s", \.detection) { $0.detection.read($1) },
    Column("observed_s", \.observed) { $0.observed.read($1) },
    Column("last_heard_s", \.lastHeard) { $0.lastHeard.read($1) },
    Column("predicted_min_s", \.predictedMin) { $0.predictedMin.read($1) },
    Column("predicted_max_s", \.predictedMax) { $0.predictedMax.read($1) },
    Column("within_prediction", \.withinPrediction) { $0.withinPrediction.read($1) },
    Column("recovery_s", \.recovery) { $0.recovery.read($1) },
    Column("failover_s", \.failover) { $0.failover.read($1) },
    // Cost.
    Column("requests_sent", \.requestsSent) { $0.requestsSent.read($1) },
    Column("requests_lost", \.requestsLost) { $0.requestsLost.read($1) },
    Column("mistakes", \.mistakes) { $0.mistakes.read($1) },
    Column("mistake_s", \.mistakeTime) { $0.mistakeTime.read($1) },
    Column("healthy_s", \.healthy) { $0.healthy.read($1) },
    Column("healthy_segments_out", \.healthySegmentsOut) { $0.healthySegmentsOut.read($1) },
    Column("healthy_segments_in", \.healthySegmentsIn) { $0.healthySegmentsIn.read($1) },
    Column("healthy_wire_bytes_out", \.healthyWireBytesOut) { $0.healthyWireBytesOut.read($1) },
    Column("healthy_wire_bytes_in", \.healthyWireBytesIn) { $0.healthyWireBytesIn.read($1) },
    Column("lag_s", \.lag) { $0.lag.read($1) },
    // Since version 2.
    Column("accuracy_s", \.watchedAlive) { $0.watchedAlive.read($1) },
    Column("clients", \.clients) { $0.clients.read($1) },
    Column("clients_declared", \.clientsDeclared) { $0.clientsDeclared.read($1) },
    Column("clients_failed_over", \.clientsFailedOver) { $0.clientsFailedOver.read($1) },
    Column("last_failover_s", \.lastFailover) { $0.lastFailover.read($1) },
    Column("failover_policy", \.failoverPolicy) { $0.failoverPolicy.read($1) },
    Column("failed_attempts", \.failedAttempts) { $0.failedAttempts.read($1) },
    Column("learned_interval_s", \.learnedInterval) { $0.learnedInterval.read($1) },
  ]
}
