import ArgumentParser
import LinuxSystem
import Model
import ScenarioReader

/// The scenario files that a command is given.
struct ScenarioFiles: ParsableArguments {
  @Argument(help: "Scenario files (YAML).", completion: .file(extensions: ["yaml", "yml"]))
  var scenarios: [String]

  /// Reads all of them: the scenarios, and by their names the files that they come from.
  ///
  /// - Throws: `Failure` with every error of every file, a line each.
  func read() throws -> (scenarios: [Scenario], files: [String: ScenarioFile]) {
    var files: [ScenarioFile] = []
    var problems: [String] = []
    var status = ExitStatus.invalidInput
    for name in scenarios {
      do {
        files.append(ScenarioFile(name: name, bytes: try OwnedDescriptor.open(name).readToEnd()))
      } catch {
        status = .inputOutput
        problems.append("\(name):1:1: cannot be read: \(error.errno.text) (expected a readable scenario file)")
      }
    }
    let reading = ScenarioReader.read(files)
    problems += reading.errors.map(\.description)
    guard problems.isEmpty else {
      let count = problems.count == 1 ? "1 error" : "\(problems.count) errors"
      throw Failure(
        status, "\(count) in \(scenarios.joined(separator: ", "))\n" + problems.joined(separator: "\n"))
    }
    return (reading.scenarios, reading.sources)
  }
}

/// How a command prints what it has to say.
enum OutputFormat: String, ExpressibleByArgument, CaseIterable {
  case table, json
}
