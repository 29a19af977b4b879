import Model
import Output
import Results

/// A run whose measurements have ended, in whatever way, and whose rows are saved as far as possible.
struct MeasuredRun: Sendable {
  let scenarios: [Scenario]
  let files: RunOutput.Files
  let facts: RunFacts
  /// Why not everything was measured.
  let failure: (any Error)?

  /// Reports the result.
  ///
  /// - Parameter detectors: those that were run, if not all were.
  /// - Throws: what ended the measurements early.
  func conclude(
    _ signals: SignalWatcher, printing options: ReportOptions, matrix: Bool, detectors: Set<String>?
  ) throws -> ExitStatus {
    for trouble in files.troubles { Terminal.complain(trouble) }
    if !files.homeless.isEmpty {
      print(String(decoding: CSVEncoder.file(files.homeless), as: UTF8.self), terminator: "")
      Terminal.complain("\(files.homeless.count) rows are in no file; they are on standard output, as CSV")
    }
    // Only computing and printing is left: a user who does not wait for it loses nothing.
    signals.endAtOnce { Terminal.sayLast("\(Self.word($0)): \(kept)") }
    if let status = signals.exitStatus {
      Terminal.complain("\(Self.word(status)): \(kept)")
      return status
    }
    if let failure {
      Terminal.complain(kept)
      throw failure
    }
    // Standard output is used for the rows.
    if !files.homeless.isEmpty { return .inputOutput }
    let status = RunReport(
      rows: files.rows, scenarios: scenarios, detectors: detectors, facts: facts, options: options, matrix: matrix
    ).print()
    return files.troubles.isEmpty ? status : .inputOutput
  }

  private static func word(_ status: ExitStatus) -> String { status == .interrupted ? "interrupted" : "terminated" }

  /// The number of rows, and their files.
  private var kept: String {
    let count = "\(facts.done) of \(facts.planned) measurements done"
    if !files.paths.isEmpty {
      return "\(count); rows kept in\n\(files.paths.map(\.shellQuoted).joined(separator: "\n"))"
    }
    return facts.done == 0 ? "\(count); no file is left" : count
  }
}
