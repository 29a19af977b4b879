import EndpointProtocol
import Lab
import LinuxNetwork
import LinuxSystem
import Model
import Subprocess
import Synchronization
import SystemPackage

/// A running `flatline-endpoint` in one of the lab's hosts.
final class EndpointProcess: Sendable {
  /// `server` or `client`, and whose: for errors.
  let role: String
  let mailbox = Mailbox()
  private let commands: AsyncStream<Command>.Continuation
  private let process: Task<Void, Never>
  private let life: Life

  /// What is known of the process itself.
  private final class Life: Sendable {
    private let state = Mutex((identifier: Int32?.none, wasKilled: false))

    var identifier: Int32? {
      get { state.withLock { $0.identifier } }
      set { state.withLock { $0.identifier = newValue } }
    }

    var wasKilled: Bool {
      get { state.withLock { $0.wasKilled } }
      set { state.withLock { $0.wasKilled = newValue } }
    }
  }

  enum Kind: String, Sendable {
    case server, client
  }

  /// Starts the process; the first event is `started`.
  init(_ kind: Kind, in namespace: NetworkNamespace, named role: String, executable: String) {
    self.role = role
    let (stream, commands) = AsyncStream.makeStream(of: Command.self)
    self.commands = commands
    let mailbox = mailbox
    let life = Life()
    self.life = life
    process = Task {
      await Self.run(
        executable, [kind.rawValue, "--netns", namespace.path, "--parent", "\(CurrentProcess.identifier)"], stream,
        mailbox, role, life)
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
    // Nothing new comes of one that a fault has killed.
    let patience = wasKilled ? Duration.zero : time
    guard let found = try await mailbox.first(by: .now + patience, match) else {
      try Task.checkCancellation()
      if wasKilled { throw CampaignError(.endpoint, stage: "wait for the \(role)", "a fault has killed it") }
      throw CampaignError(.endpoint, stage: "wait for the \(role)", "no word of '\(what)' within \(time.spelled)")
    }
    return found
  }

  /// Its number in the runner's PID namespace; nil before it runs, and once it is gone.
  var processIdentifier: Int32? { life.identifier }

  /// Whether a fault has killed it. Its end is no failure of the measurement then: the mailbox only falls silent.
  var wasKilled: Bool { life.wasKilled }

  /// SIGKILL, as a fault: the kernel closes its connections. Returns when the signal was sent, once the process is gone.
  func killByFault() async throws -> Moment {
    guard let identifier = processIdentifier else {
      throw CampaignError(.endpoint, stage: "kill the \(role)", "it does not run")
    }
    life.wasKilled = true
    let role = role
    let moment = try await DedicatedThread.run {
      let process = try OtherProcess(identifier)
      let before = Instant.now
      try process.send(.kill)
      // The peer may see the end of its connection before the last thread is gone: t0 is the signal.
      let after = Instant.now
      guard process.waitForEnd(milliseconds: 5000) else {
        throw CampaignError(.endpoint, stage: "kill the \(role)", "it is still there after 5 s")
      }
      return Moment(before: before, after: after)
    }
    await kill()
    return moment
  }

  /// Lets it abort its connections and exit, and waits until it has.
  func stop() async {
    commands.yield(.quit)
    commands.finish()
    resume()
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

  /// SIGCONT: a fault may have stopped it, and a stopped process obeys nobody.
  private func resume() {
    guard let identifier = processIdentifier else { return }
    do throws(SystemError) {
      try OtherProcess(identifier).send(.resume)
    } catch {
      // It is gone already.
    }
  }

  private static func run(
    _ executable: String, _ arguments: [String], _ commands: AsyncStream<Command>, _ mailbox: Mailbox, _ role: String,
    _ life: Life
  ) async {
    defer { life.identifier = nil }
    do {
      let result = try await Subprocess.run(
        .path(FilePath(executable)), arguments: Arguments(arguments), input: .inputWriter, output: .sequence,
        error: .string(limit: 4096)
      ) { execution in
        life.identifier = execution.processIdentifier.value
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
      if life.wasKilled { return }
      let text = result.standardError.split(separator: "\n").last.map { ": \($0)" } ?? ""
      await mailbox.close(
        CampaignError(.endpoint, stage: "run the \(role)", "it ended (\(result.terminationStatus))\(text)"))
    } catch {
      if life.wasKilled { return }
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
