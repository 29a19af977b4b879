import ArgumentParser
import Campaign
import Dispatch
import Glibc
import LinuxSystem
import Model
import ScenarioReader
@_spi(ExperimentalCustomExecutors) import _Concurrency

/// The entry point. In a user-mode kernel this is the first process, which has a job of its own. A user who is not root
/// becomes root in a user namespace first, while there is only one thread.
@main
struct Flatline {
  static func main() {
    if let guest = Guest.ofThisProcess { runOnThisThread { await guest.main(version: Version.current) } }
    Startup.requireProc()
    CurrentProcess.unblockEndingSignals()
    let command = CommandLine.arguments.dropFirst().first
    if let command, let complaint = FlatlineCommand.complaint(about: command) {
      Terminal.complain(complaint)
      exit(ExitStatus.usage.rawValue)
    }
    let kernels = Privilege.takesNamespace(for: command) ? KnownKernels.look() : nil
    let privilege = Privilege.acquire(for: command)
    let main: @Sendable () async -> Void = {
      await Privilege.$current.withValue(privilege) {
        await KnownKernels.$beforeNamespace.withValue(kernels) { await FlatlineCommand.main(nil) }
      }
      exit(0)
    }
    guard Startup.hasThreads(for: command) else { runOnThisThread(main) }
    Task.detached(operation: main)
    dispatchMain()
  }

  /// Runs everything on the one thread that there is.
  private static func runOnThisThread(_ main: @escaping @Sendable () async -> Void) -> Never {
    _createExecutors(factory: OneThreadExecutorFactory.self)
    Task.detached(operation: main)
    do {
      guard let executor = OneThreadExecutorFactory.executor else { throw SystemError("epoll_create1", .invalid) }
      try executor.run()
    } catch {
      Terminal.complain("flatline: \(error)")
      exit(ExitStatus.bug.rawValue)
    }
  }
}

struct FlatlineCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "flatline",
    abstract: "Measures how long TCP keepalive and application heartbeats take to notice a dead peer.",
    discussion: """
      Exit status: 0 all well; 1 an expectation failed, or two clocks differ; 2 inconclusive (a \
      fault was not confirmed, too few samples); 64 usage; 65 invalid scenario or results file; 69 this machine cannot do it; 70 a bug; 74 input or output; \
      130 interrupted; 143 terminated.
      """,
    version: Version.current,
    subcommands: [
      RunCommand.self, ValidateCommand.self, PredictCommand.self, SummarizeCommand.self, MatrixCommand.self,
      FidelityCommand.self, KernelCommand.self, SchemaCommand.self, DoctorCommand.self,
    ])

  /// What to say if `word` is not the name of a subcommand, with the one that may have been meant; nil for options.
  static func complaint(about word: String) -> String? {
    let known = configuration.subcommands.compactMap { $0.configuration.commandName }
    guard !word.hasPrefix("-"), word != "help", !known.contains(word) else { return nil }
    let meant = Suggestions.nearest(to: word, among: known).map { "; did you mean `\($0)`?" } ?? ""
    return "flatline: there is no subcommand `\(word)`\(meant)\n  there are \(known.joined(separator: ", "))"
  }
}

enum Version {
  static let current = "0.1.0"
}
