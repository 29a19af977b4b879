import ArgumentParser
import Model
import ScenarioReader

struct SchemaCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "schema", abstract: "Print the JSON Schema of scenario files, for editors; or their keys, for people.",
    discussion: """
      EXAMPLES:
        flatline schema > scenario.schema.json
        flatline schema --format markdown
      """)

  enum Format: String, ExpressibleByArgument, CaseIterable {
    case json, markdown
  }

  @Option(help: "json or markdown.")
  var format: Format = .json

  func run() async throws {
    try await reportingFailures {
      switch format {
      case .json: print(ScenarioSchema.text, terminator: "")
      case .markdown: print(KeyReference.markdown, terminator: "")
      }
      return .success
    }
  }
}
