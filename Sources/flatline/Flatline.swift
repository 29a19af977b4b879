import ArgumentParser
import LinuxSystem
import Model

/// The entry point. A user who is not root becomes root in a user namespace first, while there is only one thread.
@main
struct Flatline {
  static func main() async {
    let privilege = Privilege.acquire(for: CommandLine.arguments.dropFirst().first)
    await Privilege.$current.withValue(privilege) { await FlatlineCommand.main(nil) }
  }
}

struct FlatlineCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flatline",
    abstract: "Measures how long TCP keepalive and application heartbeats take to notice a dead peer.",
    discussion: """
      Exit status: 0 all well; 1 an expectation failed; 2 inconclusive (a fault was not confirmed, too few samples); \
      64 usage; 65 invalid scenario or results file; 69 this machine cannot do it; 70 a bug; 74 input or output; \
      130 interrupted; 143 terminated.
      """,
    version: Version.current,
    subcommands: [
      RunCommand.self, ValidateCommand.self, PredictCommand.self, SummarizeCommand.self, MatrixCommand.self,
      SchemaCommand.self,
      DoctorCommand.self,
    ])
}

enum Version {
  static let current = "0.1.0"
}
