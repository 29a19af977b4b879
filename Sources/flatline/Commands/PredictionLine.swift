import Foundation
import Detectors
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
    // Over all phases the model assumes a round trip of at most a millisecond.
    prediction =
      scenario.topology.impairments.isEmpty
      ? detector.settings.prediction(
        of: scenario.effects(on: scenario.connection(of: detector, seenBy: observer)), workload: scenario.workload,
        observer: observer, kernel: kernel)
      : .unknown("the cables are impaired; a run's rows have predictions, from the round trips at t0")
  }

  static func printTable(_ lines: [PredictionLine], hz: Int) {
    print("Predicted detection times, HZ=\(hz); seconds from the fault, over all phases")
    var cells = [["scenario", "detector", "observer", "settings", "predicted"]]
    cells += lines.map {
      [$0.scenario, $0.detector.name, $0.observer.rawValue, $0.detector.settings.spelled, $0.spelled]
    }
    let widths = (0..<5).map { column in cells.map { $0[column].count }.max() ?? 0 }
    for row in cells {
      let padded = zip(row, widths).map { $0.padding(toLength: $1, withPad: " ", startingAt: 0) }
      print(padded.joined(separator: "  ").replacing(#/\s+$/#, with: ""))
    }
  }

  static func printJSON(_ lines: [PredictionLine], hz: Int) {
    let entries = lines.map { line in
      let (kind, range) = line.parts
      return JSONValue.object([
        .init("scenario", .string(line.scenario)), .init("detector", .string(line.detector.name)),
        .init("observer", .string(line.observer.rawValue)),
        .init("mechanism", .string(line.detector.mechanism.rawValue)),
        .init("settings", .string(line.detector.settings.spelled)), .init("hz", .int(Int64(hz))),
        .init("prediction", .string(kind)), .init("min_s", .optional(range?.min) { .seconds($0) }),
        .init("max_s", .optional(range?.max) { .seconds($0) }),
      ])
    }
    print(JSONValue.array(entries).text)
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
