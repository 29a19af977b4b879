import EndpointProtocol
import Lab
import LinuxNetwork
import LinuxSystem
import Model
import Subprocess
import SystemPackage

/// A running `flatline-endpoint` in one of the lab's hosts.
final class EndpointProcess: Sendable {
  /// `server` or `client`, and whose: for errors.
  let role: String
  let mailbox = Mailbox()
  private let commands: AsyncStream<Command>.Continuation
  private let process: Task<Void, Never>

  enum Kind: String, Sendable {
    case server, client
  }

  /// Starts the process; the first event is `started`.
  init(_ kind: Kind, in namespace: NetworkNamespace, named role: String, executable: String) {
    self.role = role
    let (stream, commands) = AsyncStream.makeStream(of: Command.self)
    self.commands = commands
    let mailbox = mailbox
    process = Task {
      await Self.run(
        executable, [kind.rawValue, "--netns", namespace.path, "--parent", "\(CurrentProcess.identifier)"], stream,
        mailbox, role)
      withExtendedLifetime(namespace) {}
    }
  }

  func send(_ command: Command) {
    commands.yield(command)
  }

  /// The first matching event within `seconds`.
  ///
  /// - Throws: `CampaignError` if there is none in time, if the endpoint fails, or if it is gone.
  func expect<Match: Sendable>(
    _ what: String, within time: Duration = .seconds(10), _ match: @escaping @Sendable (Event) -> Match?
  ) async throws -> Match {
    guard let found = try await mailbox.first(by: .now + time, match) else {
      try Task.checkCancellation()
      throw CampaignError(.endpoint, stage: "wait for the \(role)", "no word of '\(what)' within \(time.spelled)")
    }
    return found
  }

  /// Lets it abort its connections and exit, and waits until it has.
  func stop() async {
    commands.yield(.quit)
    commands.finish()
    // One that is stuck must not hold up the run.
    let patience = Task {
      try await Task.sleep(for: .seconds(2))
      process.cancel()
    }
    await process.value
    patience.cancel()
  }

  /// Kills it, if it still runs, and waits.
  func kill() async {
    process.cancel()
    commands.finish()
    await process.value
  }

  private static func run(
    _ executable: String, _ arguments: [String], _ commands: AsyncStream<Command>, _ mailbox: Mailbox, _ role: String
  ) async {
    do {
      let result = try await Subprocess.run(
        .path(FilePath(executable)), arguments: Arguments(arguments), input: .inputWriter, output: .sequence,
        error: .string(limit: 4096)
      ) { execution in
        let writing = Task {
          for await command in commands {
            _ = try await execution.standardInputWriter.write(command.line + "\n")
          }
          try await execution.standardInputWriter.finish()
        }
        defer { writing.cancel() }
        var lines = LineSplitter()
        for try await buffer in execution.standardOutput {
          let chunk = buffer.withUnsafeBytes { Array($0) }
          for line in lines.split(chunk) { await mailbox.deliver(try Event(line: line)) }
        }
      }
      let text = result.standardError.split(separator: "\n").last.map { ": \($0)" } ?? ""
      await mailbox.close(
        CampaignError(.endpoint, stage: "run the \(role)", "it ended (\(result.terminationStatus))\(text)"))
    } catch {
      await mailbox.close(CampaignError(.endpoint, stage: "run the \(role)", "\(error)"))
    }
  }
}

/// Cuts a stream of chunks into lines.
struct LineSplitter {
  private var pending: [UInt8] = []

  mutating func split(_ chunk: [UInt8]) -> [String] {
    pending += chunk
    var lines: [String] = []
    while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
      lines.append(String(decoding: pending[..<end], as: UTF8.self))
      pending.removeSubrange(...end)
    }
    return lines
  }
}
