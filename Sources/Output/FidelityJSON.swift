import Model
import Results

/// The comparison of both clocks as JSON. What is unknown is null; times are in seconds.
enum FidelityJSON {
  static func text(_ fidelity: Fidelity) -> String {
    JSONValue.object([
      .init("report_version", .int(Int64(JSONReport.version))),
      .init("pairs", JSONReport.value(fidelity.pairs)),
      .init("compared", JSONReport.value(fidelity.decided)),
      .init("differing", JSONReport.value(fidelity.differing)),
      .init("pairs_needed", JSONReport.value(fidelity.pairsNeeded)),
      .init("detectors", .array(fidelity.groups.map { value($0, needed: fidelity.pairsNeeded) })),
    ]).text + "\n"
  }

  private static func value(_ group: Fidelity.Group, needed: Int) -> JSONValue {
    .object([
      .init("plan", .string(group.plan)),
      .init("scenario", .string(group.scenario)),
      .init("fault", .string(group.fault.rawValue)),
      .init("fault_target", .string(group.faultTarget)),
      .init("detector", .string(group.detector)),
      .init("observer", .string(group.observer.rawValue)),
      .init("mode", .string(group.mode.rawValue)),
      .init("real", .optional(group.real, value)),
      .init("virtual", .optional(group.virtual, value)),
      .init("pairs", JSONReport.value(group.pairs.count)),
      .init("enough", .bool(group.pairs.count >= needed)),
      .init("compared", JSONReport.value(group.decided)),
      .init("unpaired", JSONReport.value(group.unpaired)),
      .init("detection_real", JSONReport.value(group.realDetection)),
      .init("detection_virtual", JSONReport.value(group.virtualDetection)),
      .init("difference_min_s", .optional(group.difference?.lowerBound) { .seconds($0) }),
      .init("difference_max_s", .optional(group.difference?.upperBound) { .seconds($0) }),
      .init("allowed_min_s", .optional(group.allowed?.lowerBound) { .seconds($0) }),
      .init("allowed_max_s", .optional(group.allowed?.upperBound) { .seconds($0) }),
      .init("differing", .array(group.differing.map { value($0.pair, $0.how) })),
    ])
  }

  private static func value(_ place: Fidelity.Place) -> JSONValue {
    .object([.init("kernel", .string(place.kernel)), .init("hz", JSONReport.value(place.hz))])
  }

  private static func value(_ pair: ClockPair, _ how: ClockPair.Disagreement) -> JSONValue {
    .object([
      .init("trial", JSONReport.value(pair.real.trial)),
      .init("seed", .int(pair.real.seed)),
      .init("in", .string(how.rawValue)),
      .init("outcome_real", .string(pair.real.outcome.rawValue)),
      .init("outcome_virtual", .string(pair.virtual.outcome.rawValue)),
      .init("signal_real", .optional(pair.real.signal) { .string($0.spelled) }),
      .init("signal_virtual", .optional(pair.virtual.signal) { .string($0.spelled) }),
      .init("difference_s", .optional(pair.difference) { .seconds($0) }),
      .init("allowed_min_s", .optional(pair.allowed?.lowerBound) { .seconds($0) }),
      .init("allowed_max_s", .optional(pair.allowed?.upperBound) { .seconds($0) }),
    ])
  }
}
