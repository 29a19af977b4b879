import JSON
import Model
import Results

/// The comparison of both clocks for programs. What is unknown is null; times are in seconds.
enum FidelityValues {
  static func members(_ fidelity: Fidelity) -> [JSONValue.Member] {
    [
      .init("pairs", SummaryValues.value(fidelity.pairs)),
      .init("compared", SummaryValues.value(fidelity.decided)),
      .init("differing", SummaryValues.value(fidelity.differing)),
      .init("pairs_needed", SummaryValues.value(fidelity.pairsNeeded)),
      .init("detectors", .array(fidelity.groups.map { value($0, needed: fidelity.pairsNeeded) })),
    ]
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
      .init("pairs", SummaryValues.value(group.pairs.count)),
      .init("enough", .bool(group.pairs.count >= needed)),
      .init("compared", SummaryValues.value(group.decided)),
      .init("unpaired", SummaryValues.value(group.unpaired)),
      .init("repeats", SummaryValues.value(group.repeats)),
      .init("detection_real", SummaryValues.value(group.realDetection)),
      .init("detection_virtual", SummaryValues.value(group.virtualDetection)),
      .init("difference_min_s", .optional(group.difference?.lowerBound) { .seconds($0) }),
      .init("difference_max_s", .optional(group.difference?.upperBound) { .seconds($0) }),
      .init("allowed_min_s", .optional(group.allowed?.lowerBound) { .seconds($0) }),
      .init("allowed_max_s", .optional(group.allowed?.upperBound) { .seconds($0) }),
      .init("differing", .array(group.differing.map { value($0.pair, $0.how) })),
    ])
  }

  private static func value(_ place: Fidelity.Place) -> JSONValue {
    .object([.init("kernel", .string(place.kernel)), .init("hz", SummaryValues.value(place.hz))])
  }

  private static func value(_ pair: ClockPair, _ how: ClockPair.Disagreement) -> JSONValue {
    .object([
      .init("trial", SummaryValues.value(pair.real.trial)),
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
