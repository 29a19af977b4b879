import ArgumentParser
import LinuxSystem
import Model
import Output
import ScenarioReader

/// The scenario files given to a command.
struct ScenarioFiles: ParsableArguments {
  @Argument(
    help: "Scenario files (YAML); of a folder, every *.yaml in it.", completion: .file(extensions: ["yaml", "yml"]))
  var scenarios: [String]

  /// Errors beyond these are only counted.
  private static let shown = 20

  /// Reads all of them: the scenarios, and their files by the scenarios' names.
  ///
  /// - Throws: `Failure` with every error of every file, a line each.
  func read() throws -> (scenarios: [Scenario], files: [String: ScenarioFile]) {
    var files: [ScenarioFile] = []
    var problems: [String] = []
    var status = ExitStatus.invalidInput
    var names: Set<String> = []
    for name in scenarios.flatMap(Self.expanded) {
      guard names.insert(name).inserted else {
        // Overlapping patterns name a file twice.
        Terminal.complain("\(name.shellQuoted) is given more than once; it counts once")
        continue
      }
      do throws(SystemError) {
        files.append(ScenarioFile(name: name, bytes: try BoundedInput.read(name, upTo: ScenarioFile.largest)))
      } catch {
        status = .inputOutput
        problems.append("\(name):1:1: cannot be read: \(error.errno.text) (expected a readable scenario file)")
      }
    }
    let reading = ScenarioReader.read(files)
    problems += reading.errors.map(\.description)
    guard problems.isEmpty else {
      let count = problems.count == 1 ? "1 error" : "\(problems.count) errors"
      let more = problems.count > Self.shown ? ["... and \(problems.count - Self.shown) more"] : []
      throw Failure(
        status,
        "\(count) in \(scenarios.joined(separator: ", "))\n"
          + (problems.prefix(Self.shown) + more).joined(separator: "\n"))
    }
    return (reading.scenarios, reading.sources)
  }
}

extension ScenarioFiles {
  /// The scenario files of a folder, in the order of their names; anything else as it is.
  private static func expanded(_ path: String) -> [String] {
    guard let names = try? DirectoryListing.names(in: path) else { return [path] }
    let files = names.filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }.sorted()
    // A folder without any is reported as one that cannot be read.
    let folder = path.hasSuffix("/") ? path : path + "/"
    return files.isEmpty ? [path] : files.map { folder + $0 }
  }
}
