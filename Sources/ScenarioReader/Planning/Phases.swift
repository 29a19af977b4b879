import Model

/// A detector's phases: where in its healthy period t0 falls, stratified over the trials.
///
/// Each of `trials` equal parts of the period is hit exactly once. All draws are keyed by seed, scenario and detector,
/// so that adding, removing, reordering or selecting detectors changes no phase of another.
struct Phases {
  private let seed: Int64
  private let scenario: String
  private let detector: String
  private let period: Duration
  private let strata: Strata

  init(seed: Int64, scenario: Scenario, detector: Detector, trials: Int) {
    self.seed = seed
    self.scenario = scenario.name
    self.detector = detector.name
    period = scenario.healthyPeriod(of: detector)
    strata = Strata(trials: trials, order: KeyedRandom(seed: seed, scenario.name, "phase order", detector.name))
  }

  /// The phase of a trial, counted from 1: at least zero, and below the period.
  func phase(trial: Int) -> Duration {
    strata.point(of: period, trial: trial, by: KeyedRandom(seed: seed, scenario, "phase", detector, "\(trial)"))
  }
}
