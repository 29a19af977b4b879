import Model

/// Turns scenarios into measurements.
public enum Planner {
  /// At most 15 decimal digits, so that a spreadsheet keeps a seed exact.
  public static let seeds: ClosedRange<Int64> = 0...999_999_999_999_999
  public static let trials = 1...100_000

  /// The plan of a run, in the order scenario, trial, detector.
  ///
  /// - Parameters:
  ///   - seed: decides all random draws.
  ///   - trials: overrides the scenarios' own numbers of trials.
  ///   - detectors: names of the only detectors to measure; nil for all. Scenarios that have none of them are left out.
  public static func plan(
    _ scenarios: [Scenario], seed: Int64, trials: Int? = nil, detectors: [String]? = nil
  ) throws(PlanningError) -> Plan {
    guard !scenarios.isEmpty else {
      throw PlanningError(code: .noScenario, message: "no scenario to run", expected: "at least one")
    }
    guard seeds.contains(seed) else {
      throw PlanningError(
        code: .seedOutOfRange, message: "the seed \(seed) is out of range", expected: "0 to \(seeds.upperBound)")
    }
    if let trials, !Self.trials.contains(trials) {
      throw PlanningError(
        code: .trialsOutOfRange, message: "\(trials) trials are out of range",
        expected: "\(Self.trials.lowerBound) to \(Self.trials.upperBound)")
    }
    if let detectors { try check(detectors, in: scenarios) }
    return Plan(
      seed: seed,
      measurements: scenarios.flatMap { measurements($0, seed: seed, trials: trials, detectors: detectors) })
  }

  private static func measurements(
    _ scenario: Scenario, seed: Int64, trials: Int?, detectors: [String]?
  ) -> [PlannedMeasurement] {
    let hash = scenario.planHash
    let trials = trials ?? scenario.trials
    let selected = scenario.detectors.filter { detectors?.contains($0.name) ?? true }
      .map { ($0, Phases(seed: seed, scenario: scenario, detector: $0, trials: trials)) }
    return (1...trials).flatMap { trial in
      selected.flatMap { detector, phases in
        detector.observers.map { observer in
          PlannedMeasurement(
            scenario: scenario, planHash: hash, trial: trial, trialsPlanned: trials, detector: detector,
            observer: observer, phase: phases.phase(trial: trial))
        }
      }
    }
  }

  private static func check(_ wanted: [String], in scenarios: [Scenario]) throws(PlanningError) {
    var known: [String] = []
    for name in scenarios.flatMap(\.detectors).map(\.name) where !known.contains(name) { known.append(name) }
    let unknown = wanted.filter { !known.contains($0) }
    guard unknown.isEmpty, !wanted.isEmpty else {
      let names = unknown.map { "`\($0)`" + suggestion(for: $0, among: known) }.joined(separator: ", ")
      throw PlanningError(
        code: .unknownDetector, message: wanted.isEmpty ? "no detector is selected" : "unknown detector \(names)",
        expected: alternatives(known))
    }
  }
}
