import ArgumentParser
import Model
import Output
import Results

struct FidelityCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "fidelity",
    abstract: "Compare the virtual clock's rows with the real clock's, pair by pair.",
    discussion: """
      Give the files of both: rows of the same scenario, --seed and --trials are pairs. Each must end the same, by the \
      same signal, with detection times that differ by no more than both kernels' timer wheels, the uncertainty of the \
      fault and the event loops' lateness explain.

      EXAMPLES:
        flatline run --seed 7 --output real.csv Scenarios/fidelity/*.yaml
        flatline run --seed 7 --output virtual.csv --clock virtual Scenarios/fidelity/*.yaml
        flatline fidelity real.csv virtual.csv

      EXIT STATUS: 0 if all pairs agree, 1 if one differs, 2 if there are too few; 65 if a results file is invalid, 74 if it \
      cannot be read.
      """)

  @OptionGroup var files: ResultsFiles

  @Option(help: "How many pairs each detector must have.")
  var pairs = 5

  @OptionGroup var report: ReportOptions

  func validate() throws {
    if pairs < 1 { throw ValidationError("--pairs takes a number from 1") }
  }

  func run() async throws {
    try await reportingFailures {
      var builder = FidelityBuilder()
      try files.read { builder.add($0) }
      let fidelity = builder.fidelity(pairsNeeded: pairs)
      report.print(.fidelity(fidelity))
      return fidelity.exitStatus
    }
  }
}
