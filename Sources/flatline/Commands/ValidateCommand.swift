import ArgumentParser
import Campaign
import Model
import Output
import Results
import ScenarioReader

struct ValidateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Check scenario files, and say how many trials each expectation needs.")

  @OptionGroup var files: ScenarioFiles

  @Option(help: "real or virtual: with virtual, also say what that clock cannot time.")
  var clock: Clock = .real

  func run() async throws {
    try await reportingFailures {
      let scenarios = try files.read().scenarios
      for scenario in scenarios { try describe(scenario) }
      let obstacles = scenarios.flatMap { scenario in scenario.obstacles(to: clock).map { "\(scenario.name): \($0)" } }
      guard obstacles.isEmpty else {
        throw Failure(.unsupported, "the \(clock.spelled) cannot time\n" + obstacles.joined(separator: "\n"))
      }
      return .success
    }
  }

  private func describe(_ scenario: Scenario) throws {
    let detectors = scenario.detectors.map(\.name).joined(separator: ", ")
    print("\(scenario.name): valid; \(scenario.trials) trials of \(scenario.detectors.count) detectors (\(detectors))")
    let plan = try Planner.plan([scenario], seed: 0)
    let real = plan.longestTime(on: .real, jobs: Capacity.ofThisMachine().standard)
    // What cannot be timed there at all is told by --clock virtual.
    let virtual =
      scenario.obstacles(to: .virtual).isEmpty
      ? ", or \(plan.longestTime(on: .virtual, jobs: 1).roughly(.up)) of virtual time" : ""
    print("  takes at most \(real.roughly(.up)) on the real clock\(virtual), if nothing is detected")
    for expectation in scenario.expectations {
      let needed = expectation.condition.requiredTrials
      let condition = "\(expectation.detector ?? "every detector"): \(expectation.condition.spelled)"
      let warning = needed > scenario.trials ? ": would be inconclusive" : ""
      print("  \(expectation.location): \(condition): needs \(needed), has \(scenario.trials)\(warning)")
    }
    if !scenario.expectations.isEmpty { print("  \(RuleOfThree.remark(cleanTrials: scenario.trials))") }
  }
}
