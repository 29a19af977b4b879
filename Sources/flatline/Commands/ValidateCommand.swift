import ArgumentParser
import Campaign
import Model
import Results

struct ValidateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Check scenario files, and say how many trials each expectation needs.")

  @OptionGroup var files: ScenarioFiles

  @Option(help: "real or virtual: with virtual, also say what that clock cannot time.")
  var clock: Clock = .real

  func run() async throws {
    try await reportingFailures {
      let scenarios = try files.read().scenarios
      for scenario in scenarios { describe(scenario) }
      let obstacles = scenarios.flatMap { scenario in scenario.obstacles(to: clock).map { "\(scenario.name): \($0)" } }
      guard obstacles.isEmpty else {
        throw Failure(.unsupported, "the \(clock.spelled) cannot time\n" + obstacles.joined(separator: "\n"))
      }
      return .success
    }
  }

  private func describe(_ scenario: Scenario) {
    let detectors = scenario.detectors.map(\.name).joined(separator: ", ")
    print("\(scenario.name): valid; \(scenario.trials) trials of \(scenario.detectors.count) detectors (\(detectors))")
    for expectation in scenario.expectations {
      let needed = expectation.condition.requiredTrials
      let condition = "\(expectation.detector ?? "every detector"): \(expectation.condition.spelled)"
      let warning = needed > scenario.trials ? ": would be inconclusive" : ""
      print("  \(expectation.location): \(condition): needs \(needed), has \(scenario.trials)\(warning)")
    }
    if !scenario.expectations.isEmpty { print("  \(RuleOfThree.remark(cleanTrials: scenario.trials))") }
  }
}
