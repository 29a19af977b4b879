import ArgumentParser
import Model
import Output
import Results

struct MatrixCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "matrix",
    abstract:
      "Summarise results files in one table: faults across, detectors down, median detection in each cell.",
    discussion: """
      EXAMPLES:
        flatline matrix results/matrix-*.csv
        flatline matrix --format markdown results/*.csv > matrix.md

      EXIT STATUS: 0, or 65 if a results file is invalid, 74 if it cannot be read.
      """)

  @OptionGroup var files: ResultsFiles

  @OptionGroup var report: ReportOptions

  func run() async throws {
    try await reportingFailures {
      report.print(.matrix(try files.summary()))
      return .success
    }
  }
}
