import ArgumentParser
import Campaign
import Detectors
import Lab
import Model

struct PredictCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "predict", abstract: "Predict detection times from the model of the kernel's timers; measure nothing.",
    discussion: """
      The range is over all phases of the fault; a run's rows carry narrower ones, from the state at t0.

      EXAMPLES:
        flatline predict Scenarios/cable-pull.yaml
        flatline predict --hz 1000 --format json my.yaml

      EXIT STATUS: 0, or 65 if a scenario is invalid, 74 if it cannot be read.
      """)

  @OptionGroup var files: ScenarioFiles

  @Option(help: "real or virtual: the clock whose kernel's HZ is used.")
  var clock: Clock = .real

  @Option(help: "The kernel's HZ (default: this machine's, or on the virtual clock 100).")
  var hz: Int?

  @OptionGroup var report: ReportOptions

  func validate() throws {
    if let hz, hz < 24 || hz > 10_000 { throw ValidationError("--hz takes a number from 24 to 10000") }
  }

  func run() async throws {
    try await reportingFailures {
      let kernel = KernelTimers(hz: hz ?? clock.kernelHZ)
      let lines = try files.read().scenarios.flatMap { scenario in
        scenario.detectors.flatMap { detector in
          detector.observers.map {
            PredictionLine(scenario: scenario, detector: detector, observer: $0, kernel: kernel)
          }
        }
      }
      report.print(PredictionLine.report(lines, hz: kernel.hz))
      return .success
    }
  }
}
