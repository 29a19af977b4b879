import Model

/// How the measurements by one clock compare with their predictions, pooled over all detectors that have a closed form.
public struct Residuals: Sendable, Hashable {
  /// The rows of one detector that lie outside their predictions.
  public struct Cell: Sendable, Hashable {
    public var plan: String
    public var scenario: String
    public var detector: String
    public var observer: Observer
    public var mode: DetectorMode
    /// Counted rows with a prediction.
    public var predicted: Int
    public var outside: Int
    /// The rows outside, as many as the summary keeps.
    public var findings: [Finding]
  }

  public var clock: Clock
  /// Detectors with a prediction in some row: one for each scenario, observer and mode.
  public var cells: Int
  /// Counted rows with a prediction.
  public var predicted: Int
  public var outside: Int
  /// In the order of the summary.
  public var outliers: [Cell]

  /// The residuals of each clock that timed a row: rows of different clocks are never pooled.
  public static func byClock(_ summary: Summary) -> [Residuals] {
    Clock.allCases.filter { clock in summary.scenarios.contains { $0.clock == clock } }
      .map { Residuals(summary, of: $0) }
  }

  private init(_ summary: Summary, of clock: Clock) {
    self.clock = clock
    cells = 0
    predicted = 0
    outside = 0
    outliers = []
    for scenario in summary.scenarios where scenario.clock == clock {
      for group in scenario.groups where group.withPrediction > 0 {
        cells += 1
        predicted += group.withPrediction
        outside += group.outsidePrediction
        guard group.outsidePrediction > 0 else { continue }
        let findings = scenario.outsidePrediction.items.filter {
          $0.detector == group.detector && $0.observer == group.observer
        }
        outliers.append(
          Cell(
            plan: scenario.plan, scenario: scenario.scenario, detector: group.detector, observer: group.observer,
            mode: group.mode, predicted: group.withPrediction,
            outside: group.outsidePrediction, findings: findings))
      }
    }
  }

  public var inside: Int { predicted - outside }

  /// From 0 to 1; nil without a prediction.
  public var shareInside: Double? { predicted > 0 ? Double(inside) / Double(predicted) : nil }
}
