import ArgumentParser
import Campaign
import Model
import Output
import ScenarioReader

struct RunCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "run", abstract: "Run scenarios: build networks, break them, time the detectors, write CSV.",
    discussion: """
      Rows are written as they are made; an interrupted run keeps those it has. Works as root, and as an ordinary user \
      where user namespaces are allowed. With --clock virtual it needs no privilege at all, only a kernel \
      (`flatline kernel build`), and hours pass in seconds. `flatline doctor` says what this machine can do.

      EXAMPLES:
        flatline run Scenarios/cable-pull.yaml
        flatline run --trials 50 --seed 7 --output rows.csv my.yaml
        flatline run --detector heartbeat --detector keepalive my.yaml
        flatline run --clock virtual --format json my.yaml > report.json

      EXIT STATUS: 0 if every expectation was met, 1 if one failed, 2 if one could not be decided or a fault was not \
      confirmed; 130 or 143 if a signal ended it, 74 if a file could not be written (the rows are then rescued, and where \
      to is told); 64, 65 and 69 before anything runs. `flatline --help` explains them.
      """)

  @OptionGroup var files: ScenarioFiles

  @Option(help: "Trials of every scenario (default: as the scenario says).")
  var trials: Int?

  @Option(help: "Decides all random draws: 0 to 999999999999999 (default: drawn; it is printed, and in every row).")
  var seed: Int64?

  @Option(help: "real: this machine's kernel; virtual: a user-mode kernel, whose time skips idle periods.")
  var clock: Clock = .real

  @Option(help: "The virtual clock's kernel, such as 6.12 (default: the newest of `flatline kernel list`).")
  var kernel: String?

  @Option(
    help: """
      Measurements at a time (default: what the machine allows, at most 100); on the virtual clock guests at a time \
      (default: one for each processor).
      """)
  var jobs: Int?

  @Option(name: .customLong("detector"), help: "Measure only this detector; may be repeated.")
  var detectors: [String] = []

  @Option(
    name: .shortAndLong,
    help: "A directory, in which every run makes new files, or one .csv file for all rows; both are made if missing.")
  var output = "results"

  @Flag(help: "Replace the .csv file that --output names, once the first row of the new one is written.")
  var force = false

  @Flag(help: "Run what this machine can, and list the rest, instead of refusing all.")
  var skipUnsupported = false

  @OptionGroup var report: ReportOptions

  @Flag(help: "Print one table, faults across and detectors down, instead of one for each scenario.")
  var matrix = false

  @Flag(name: .shortAndLong, help: "Log each step on stderr.")
  var verbose = false

  func validate() throws {
    if let jobs, jobs < 1 { throw ValidationError("--jobs takes a number from 1") }
    if let trials, !Planner.trials.contains(trials) {
      throw ValidationError("--trials takes a number from \(Planner.trials.lowerBound) to \(Planner.trials.upperBound)")
    }
    if kernel != nil, clock == .real { throw ValidationError("--kernel goes with --clock virtual") }
    if let seed, !Planner.seeds.contains(seed) {
      throw ValidationError("--seed takes a number from 0 to \(Planner.seeds.upperBound)")
    }
  }

  func run() async throws {
    try await reportingFailures {
      let files = try files.read()
      let session = RunSession(options: self, scenarios: files.scenarios, files: files.files)
      return try await session.run()
    }
  }
}
