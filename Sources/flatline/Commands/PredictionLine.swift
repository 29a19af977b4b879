import Foundation
import Detectors
import JSON
import Lab
import Model
import Output

/// One line of `flatline predict`.
struct PredictionLine {
  let scenario: String
  let detector: Detector
  let observer: Observer
  let prediction: Prediction

  init(scenario: Scenario, detector: Detector, observer: Observer, kernel: KernelTimers) {
    self.scenario = scenario.name
    self.detector = detector
    self.observer = observer
    // Over all phases, the model assumes a round trip of at most a millisecond.
    prediction =
      scenario.topology.impairments.isEmpty
      ? detector.settings.prediction(
        of: scenario.effects(on: scenario.connection(of: detector, seenBy: observer)), workload: scenario.workload,
        observer: observer, kernel: kernel)
      : .unknown("the cables are impaired; a run's rows have predictions, from the round trips at t0")
  }

  static func report(_ lines: [PredictionLine], hz: Int) -> Report {
    Report(
      "predict",
      blocks: [
        .lines(["Predicted detection times, HZ=\(hz); seconds from the fault, over all phases"]),
        .table(Table("predictions", context: [.init("hz", .count(hz))], rows: lines, columns: columns)),
      ],
      data: [.init("hz", .count(hz)), .init("predictions", .array(lines.map { $0.json(hz: hz) }))])
  }

  private static let columns: [ColumnDescription<PredictionLine>] = [
    ColumnDescription("scenario", "scenario", .left) { .text($0.scenario) },
    ColumnDescription("detector", "detector", .left) { .text($0.detector.name) },
    ColumnDescription("observer", "observer", .left, isShownIfVaried: true) { .text($0.observer.rawValue) },
    ColumnDescription("settings", "settings", .left, .useful) { .text($0.detector.settings.spelled) },
    ColumnDescription(nil, "predicted", .left) { Table.Cell(StyledText($0.spelled)) },
    ColumnDescription("prediction", nil) { .text($0.parts.kind) },
    ColumnDescription("min_s", nil) { Table.Cell(nil, .optional($0.parts.range?.min) { .seconds($0) }) },
    ColumnDescription("max_s", nil) { Table.Cell(nil, .optional($0.parts.range?.max) { .seconds($0) }) },
  ]

  private func json(hz: Int) -> JSONValue {
    .object([
      .init("scenario", .string(scenario)), .init("detector", .string(detector.name)),
      .init("observer", .string(observer.rawValue)),
      .init("mechanism", .string(detector.mechanism.rawValue)),
      .init("settings", .string(detector.settings.spelled)), .init("hz", .count(hz)),
      .init("prediction", .string(parts.kind)), .init("min_s", .optional(parts.range?.min) { .seconds($0) }),
      .init("max_s", .optional(parts.range?.max) { .seconds($0) }),
    ])
  }

  private var spelled: String {
    switch prediction {
    case .range(let min, let max): String(format: "%.3f - %.3f", min.inSeconds, max.inSeconds)
    case .never: "never"
    case .unknown(let why): "no closed form: \(why)"
    }
  }

  private var parts: (kind: String, range: (min: Duration, max: Duration)?) {
    switch prediction {
    case .range(let min, let max): ("range", (min, max))
    case .never: ("never", nil)
    case .unknown: ("unknown", nil)
    }
  }
}
