import Model

/// A scenario file's name, for messages, and its bytes.
public struct ScenarioFile: Sendable, Hashable {
  /// A larger file is refused: 1 MiB.
  public static let largest = 1 << 20

  public var name: String
  public var bytes: [UInt8]

  public init(name: String, bytes: [UInt8]) {
    self.name = name
    self.bytes = bytes
  }

  public init(name: String, text: String) {
    self.init(name: name, bytes: Array(text.utf8))
  }
}

/// The result of reading: nothing may run unless `errors` is empty.
public struct ScenarioReading: Sendable, Hashable {
  /// The valid scenarios, in the order of files and of the documents within them.
  public var scenarios: [Scenario]
  /// Every error of every file, in the order of files, then of lines.
  public var errors: [ScenarioError]
  /// The file of each scenario, by the scenario's name.
  public var sources: [String: ScenarioFile] = [:]

  public init(scenarios: [Scenario] = [], errors: [ScenarioError] = []) {
    self.scenarios = scenarios
    self.errors = errors
  }
}

/// Reads scenario files (YAML, version 1): strictly, and listing all errors at once.
///
/// A file holds one or more YAML documents, each a scenario. Anchors and aliases work; tags and merge keys do not.
public enum ScenarioReader {
  /// Reads several files as one set: names of scenarios must be unique among all of them.
  public static func read(_ files: [ScenarioFile]) -> ScenarioReading {
    var reading = ScenarioReading()
    var firstUse: [String: String] = [:]
    for file in files {
      let documents = Documents(bytes: file.bytes, file: file.name)
      var problems = documents.problems
      for node in documents.nodes {
        let errorsBefore = problems.errors.count
        let draft = ScenarioKeys.kind.read(node, &problems) ?? ScenarioDraft()
        if let name = draft.name {
          let location = "\(file.name):\(name.position)"
          if let first = firstUse[name.value] {
            problems.report(
              .duplicateName, at: name.position, "the name `\(name.value)` is taken by the scenario at \(first)",
              expected: "a name of its own for each scenario")
          } else {
            firstUse[name.value] = location
          }
        }
        let scenario = draft.checked(&problems)
        if let scenario, problems.errors.count == errorsBefore {
          reading.scenarios.append(scenario)
          reading.sources[scenario.name] = file
        }
      }
      problems.reportForgottenDuplicates()
      reading.errors += problems.sorted
    }
    return reading
  }

  /// Reads one file's bytes.
  public static func read(bytes: [UInt8], file: String) -> ScenarioReading {
    read([ScenarioFile(name: file, bytes: bytes)])
  }

  /// Reads one file's text.
  public static func read(text: String, file: String) -> ScenarioReading {
    read([ScenarioFile(name: file, text: text)])
  }
}
