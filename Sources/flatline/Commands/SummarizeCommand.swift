import ArgumentParser
import LinuxSystem
import Model
import Reports
import Results

struct SummarizeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "summarize", abstract: "Compare the detectors in results files, scenario by scenario.")

  @Argument(help: "Results files (CSV).", completion: .file(extensions: ["csv"]))
  var files: [String]

  @Option(help: "table or json.")
  var format: ReportFormat = .table

  func run() async throws {
    try await reportingFailures {
      var reader = ResultsReader()
      var summary = SummaryBuilder()
      for file in files { try Self.read(file, with: &reader) { summary.add($0) } }
      do {
        try reader.check()
      } catch {
        throw Failure(.invalidInput, "\(error)")
      }
      print(format.report(summary.summary(), expectations: [], style: Terminal.style), terminator: "")
      return .success
    }
  }

  /// Reads a file block by block: a million rows need not fit into memory.
  private static func read(
    _ file: String, with reader: inout ResultsReader, visit: (Observation) -> Void
  ) throws {
    do throws(SystemError) {
      let descriptor = try OwnedDescriptor.open(file)
      reader.beginFile(file)
      while true {
        let block = try descriptor.read(upTo: 1 << 20)
        if block.isEmpty { break }
        reader.read(block.span, visit: visit)
      }
      reader.endFile()
    } catch {
      throw Failure(.inputOutput, "\(file): \(error)")
    }
  }
}

extension ReportFormat: ExpressibleByArgument {}
