import ArgumentParser
import Campaign
import Dispatch
import Glibc
import LinuxSystem
import Model
import ScenarioReader
@_spi(ExperimentalCustomExecutors) import _Concurrency

/// The entry point. In a user-mode kernel this is the first process, which has a different job. A user who is not root
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

  /// Runs everything on the only thread.
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
      A scenario file says which network is built, who watches it, and what is broken; `run` measures it, and every \
      measurement is one row of a CSV file.

      EXAMPLES:
        flatline doctor                                   what this machine can do
        flatline run Scenarios/cable-pull.yaml            measure; rows go to results/
        flatline run --clock virtual Scenarios/idle-month.yaml
        flatline summarize results/*.csv                  the tables again

      EXIT STATUS (the first that applies):
        130, 143   interrupted (Ctrl-C), terminated; the rows so far are kept
        70         a bug in flatline
        74         a file could not be read or written
        64         the command line is wrong
        65         a scenario or results file is wrong
        69         this machine cannot do it; the remedy is named
        1          an expectation failed, or two clocks differ
        2          inconclusive: a fault was not confirmed, or there are too few samples
        0          all well
      """,
    version: Version.current,
    subcommands: [
      RunCommand.self, ValidateCommand.self, PredictCommand.self, SummarizeCommand.self, MatrixCommand.self,
      FidelityCommand.self, KernelCommand.self, SchemaCommand.self, DoctorCommand.self,
    ])

  /// The message if `word` is not the name of a subcommand, with the one that may have been meant; nil for options.
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
