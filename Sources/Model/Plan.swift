/// A planned measurement: one detector in one trial of one scenario, watching from one side.
public struct PlannedMeasurement: Sendable, Hashable {
  public var scenario: Scenario
  /// A hash of the scenario as read: 16 hexadecimal digits.
  public var planHash: String
  /// Counts from 1.
  public var trial: Int
  public var trialsPlanned: Int
  public var detector: Detector
  /// The side that runs the detector; the other one is passive. A detector of both sides is measured once for each.
  public var observer: Observer
  /// Added to every time of the timeline: this detector's phase in this trial.
  public var phase: Duration

  public init(
    scenario: Scenario, planHash: String, trial: Int, trialsPlanned: Int, detector: Detector,
    observer: Observer = .client,
    phase: Duration
  ) {
    self.observer = observer
    self.scenario = scenario
    self.planHash = planHash
    self.trial = trial
    self.trialsPlanned = trialsPlanned
    self.detector = detector
    self.phase = phase
  }
}

/// All measurements of a run, in the order scenario, trial, detector, observer.
public struct Plan: Sendable, Hashable {
  /// At most 15 decimal digits, so that a spreadsheet keeps it exact.
  public var seed: Int64
  public var measurements: [PlannedMeasurement]

  public init(seed: Int64, measurements: [PlannedMeasurement]) {
    self.seed = seed
    self.measurements = measurements
  }
}
