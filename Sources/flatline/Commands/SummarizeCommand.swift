import ArgumentParser
import Model
import Output
import Results

struct SummarizeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summarize", abstract: "Compare the detectors in results files, scenario by scenario.")

  @OptionGroup var files: ResultsFiles

  @Option(help: "table or json.")
  var format: ReportFormat = .table

  @Flag(help: "Compare the measurements with their predictions instead, all detectors pooled.")
  var residuals = false

  func run() async throws {
    try await reportingFailures {
      if residuals {
        // Each row outside is to be explained, so each is listed, as far as anyone can read.
        print(format.residuals(try files.summary(findingLimit: 1000)), terminator: "")
      } else {
        print(format.report(try files.summary(), expectations: [], style: Terminal.style), terminator: "")
      }
      return .success
    }
  }
}

extension ReportFormat: ExpressibleByArgument {}
