import ArgumentParser
import Model
import Output
import Results

struct MatrixCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "matrix",
    abstract: "Put what results files say into one table: faults across, detectors down, median detection in each cell."
  )

  @OptionGroup var files: ResultsFiles

  @Option(help: "table, markdown or json.")
  var format: MatrixFormat = .table

  func run() async throws {
    try await reportingFailures {
      let matrix = Matrix(try files.summary())
      print(format.report(matrix, style: Terminal.style, width: Terminal.width), terminator: "")
      return .success
    }
  }
}

extension MatrixFormat: ExpressibleByArgument {}
