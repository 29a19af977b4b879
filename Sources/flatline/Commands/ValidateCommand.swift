import ArgumentParser
import Campaign
import Model
import Output

struct ValidateCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "validate", abstract: "Check scenario files, and say how many trials each expectation needs.",
    discussion: """
      EXAMPLES:
        flatline validate Scenarios/*.yaml
        flatline validate --clock virtual my.yaml

      EXIT STATUS: 0 if all are valid, 65 if one is not, 69 if the clock cannot time one, 74 if one cannot be read.
      """)

  @OptionGroup var files: ScenarioFiles

  @Option(help: "real or virtual: with virtual, also say what that clock cannot time.")
  var clock: Clock = .real

  @OptionGroup var report: ReportOptions

  func run() async throws {
    try await reportingFailures {
      let scenarios = try files.read().scenarios
      report.print(try ValidationReport.report(scenarios))
      let obstacles = scenarios.flatMap { scenario in scenario.obstacles(to: clock).map { "\(scenario.name): \($0)" } }
      guard obstacles.isEmpty else {
        throw Failure(.unsupported, "the \(clock.spelled) cannot time\n" + obstacles.joined(separator: "\n"))
      }
      return .success
    }
  }
}
