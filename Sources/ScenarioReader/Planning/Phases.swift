import Model

/// A detector's phases: where in its healthy period t0 falls, stratified over the trials.
///
/// Of `trials` equal parts of the period each is hit exactly once. All draws are keyed by seed, scenario and detector,
/// so that adding, removing, reordering or selecting detectors changes no phase of another.
struct Phases {
  private let seed: Int64
  private let scenario: String
  private let detector: String
  private let period: Duration
  /// The part of the period that each trial hits.
  private let parts: [Int]

  init(seed: Int64, scenario: Scenario, detector: Detector, trials: Int) {
    self.seed = seed
    self.scenario = scenario.name
    self.detector = detector.name
    period = scenario.healthyPeriod(of: detector)
    var random = KeyedRandom(seed: seed, scenario.name, "phase order", detector.name)
    parts = Self.permutation(of: trials, &random)
  }

  /// The phase of a trial, counted from 1: at least zero, and below the period.
  func phase(trial: Int) -> Duration {
    var random = KeyedRandom(seed: seed, scenario, "phase", detector, "\(trial)")
    let share = (Double(parts[trial - 1]) + random.uniform()) / Double(parts.count)
    // Rounded down to the nanosecond, so that it stays within its part.
    return .nanoseconds(Int64(Double(period.inNanoseconds) * share))
  }

  /// Fisher and Yates' shuffle, spelled out so that no change of the standard library's changes old plans.
  private static func permutation(of count: Int, _ random: inout KeyedRandom) -> [Int] {
    var numbers = Array(0..<count)
    for last in stride(from: count - 1, to: 0, by: -1) {
      numbers.swapAt(last, Int(random.next().multipliedFullWidth(by: UInt64(last + 1)).high))
    }
    return numbers
  }
}
