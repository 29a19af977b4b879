import ArgumentParser
import Model
import Output
import Results

struct SummarizeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summarize", abstract: "Compare the detectors in results files, scenario by scenario.",
    discussion: """
      EXAMPLES:
        flatline summarize results/*.csv
        flatline summarize --residuals results/*.csv

      EXIT STATUS: 0, or 65 if a results file is invalid, 74 if it cannot be read.
      """)

  @OptionGroup var files: ResultsFiles

  @OptionGroup var report: ReportOptions

  @Flag(help: "Compare the measurements with their predictions instead, all detectors pooled.")
  var residuals = false

  func run() async throws {
    try await reportingFailures {
      if residuals {
        // Each row outside needs an explanation, so each is listed, up to a readable number.
        report.print(.residuals(try files.summary(findingLimit: 1000)))
      } else {
        report.print(.summary(try files.summary()))
      }
      return .success
    }
  }
}
