import ArgumentParser
import LinuxSystem
import Model
import Results

/// The results files given to a command.
struct ResultsFiles: ParsableArguments {
  @Argument(help: "Results files (CSV); - is standard input.", completion: .file(extensions: ["csv"]))
  var files: [String]

  /// Summarises all of them; a million rows need not fit into memory.
  ///
  /// - Parameter findingLimit: for each kind and scenario, findings beyond this many are only counted.
  /// - Throws: `Failure` with what is wrong in the files, a line each.
  func summary(findingLimit: Int = 20) throws -> Summary {
    var summary = SummaryBuilder(findingLimit: findingLimit)
    try read { summary.add($0) }
    return summary.summary()
  }

  /// Visits all rows, in order.
  ///
  /// - Throws: `Failure` with what is wrong in the files, a line each; then the visited rows are not reliable.
  func read(visit: (ResultRow) -> Void) throws {
    var reader = ResultsReader()
    for file in files { try Self.read(file, with: &reader, visit: visit) }
    do {
      try reader.check()
    } catch {
      throw Failure(.invalidInput, "\(error)")
    }
  }

  private static func read(
    _ file: String, with reader: inout ResultsReader, visit: (ResultRow) -> Void
  ) throws {
    do throws(SystemError) {
      let isInput = file == "-"
      let descriptor = try OwnedDescriptor.open(isInput ? "/dev/stdin" : file)
      reader.beginFile(isInput ? "standard input" : file)
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
