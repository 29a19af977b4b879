import EndpointProtocol
import Lab
import LinuxNetwork
import LinuxSystem
import Model
import Synchronization

/// A process of `flatline-endpoint`, which plays one role after another. Its events go to the `RunningEndpoint` of the
/// role that it plays; between two roles they are dropped.
final class EndpointProcess: Sendable {
  private let commands: AsyncStream<Command>.Continuation
  private let state = Mutex(State())
  private let running = Mutex(Task<Void, Never>?.none)

  private struct State {
    /// Nil before it runs, and once it is gone.
    var handle: ProcessHandle?
    /// Whether a fault has killed it.
    var wasKilled = false
    /// Why a command could not be written to it.
    var refusal: SystemError?
    var role: Role?
  }

  /// The role that it plays.
  private struct Role {
    let endpoint: RunningEndpoint
    /// The process enters the namespace through the runner's descriptor, which is kept only until the role is over: a
    /// host that a fault has shut down is released with its process.
    let namespace: NetworkNamespace
  }

  /// Starts the process, which waits for its first role.
  init(executable: String) {
    let (stream, commands) = AsyncStream.makeStream(of: Command.self)
    self.commands = commands
    running.withLock { $0 = Task { await self.run(executable, stream) } }
  }

  /// The process itself; nil before it runs, and once it is gone.
  var handle: ProcessHandle? { state.withLock { $0.handle } }

  /// Whether a fault has killed it.
  var wasKilled: Bool { state.withLock { $0.wasKilled } }

  // MARK: - Its roles

  /// Gives it a role; call it only while it has none.
  func assume(_ role: EndpointRole, in namespace: NetworkNamespace, for endpoint: RunningEndpoint) {
    state.withLock { $0.role = Role(endpoint: endpoint, namespace: namespace) }
    commands.yield(.assume(role, namespace: namespace.path))
  }

  /// Passes a command on if the endpoint's role is still being played; the commands of a finished role are dropped.
  func send(_ command: Command, from endpoint: RunningEndpoint) {
    if state.withLock({ $0.role?.endpoint === endpoint }) { commands.yield(command) }
  }

  private func deliver(_ event: Event) async {
    let endpoint = state.withLock { state in
      // The role's last line: the process is free before the line is reported.
      if case .ended = event { state.role.take()?.endpoint } else { state.role?.endpoint }
    }
    await endpoint?.deliver(event)
  }

  // MARK: - Its end

  /// Sends SIGKILL, as a fault, and waits until the process is gone. Returns when the signal was sent.
  func killByFault(named name: String) async throws -> Moment {
    guard let handle else {
      throw CampaignError(.endpoint, stage: "kill the \(name)", "it does not run")
    }
    state.withLock { $0.wasKilled = true }
    let moment = try await DedicatedThread.run {
      let before = Instant.now
      try handle.send(.kill)
      // The peer may see the end of its connection before the last thread is gone: t0 is the time of the signal.
      let after = Instant.now
      guard handle.waitForEnd(milliseconds: 5000) else {
        throw CampaignError(.endpoint, stage: "kill the \(name)", "it is still there after 5 s")
      }
      return Moment(before: before, after: after)
    }
    await kill()
    return moment
  }

  /// Lets it end by itself, and waits for that.
  func end() async {
    commands.finish()
    // A stuck process must not hold up the run.
    let patience = Task {
      try await Task.sleep(for: .seconds(2))
      running.withLock { $0 }?.cancel()
    }
    await running.withLock { $0 }?.value
    patience.cancel()
  }

  /// Kills it, if it still runs, and waits.
  func kill() async {
    let running = running.withLock { $0 }
    running?.cancel()
    commands.finish()
    await running?.value
  }

  /// SIGCONT: a fault may have stopped it, and a stopped process obeys no command.
  func resume() {
    do throws(SystemError) {
      try handle?.send(.resume)
    } catch {
      // The process is gone already.
    }
  }

  /// If a fault has killed it, its end is not a failure of the measurement: its endpoint only stops reporting.
  private func close(because message: String) async {
    let (endpoint, wasKilled) = state.withLock { state in
      state.handle = nil
      return (state.role.take()?.endpoint, state.wasKilled)
    }
    guard let endpoint, !wasKilled else { return }
    await endpoint.close(CampaignError(.endpoint, stage: "run the \(endpoint.name)", message))
  }

  // MARK: - Its run

  private func run(_ executable: String, _ commands: AsyncStream<Command>) async {
    do {
      let child = try ChildProcess()
      let writing = Task { await write(commands, to: child) }
      defer { writing.cancel() }
      let (end, complaint) = try await withTaskCancellationHandler {
        try await listen(to: child, executable)
      } onCancel: {
        child.kill()
      }
      await close(because: ending(end, complaint))
    } catch {
      await close(because: "\(error)")
    }
  }

  /// Writes the commands as they come. A process that takes no more commands is useless: it is killed, and its
  /// measurement gets the reason.
  private func write(_ commands: AsyncStream<Command>, to child: ChildProcess) async {
    do throws(SystemError) {
      for await command in commands { try child.write(Array("\(command.line)\n".utf8)) }
    } catch {
      state.withLock { $0.refusal = error }
      child.kill()
    }
    child.endInput()
  }

  private func ending(_ end: ProcessEnd, _ complaint: String) -> String {
    let text = complaint.split(separator: "\n").last.map { ": \($0)" } ?? ""
    switch end {
    case .exited: return "it \(end)\(text)"
    case .signalled:
      let refusal = state.withLock { $0.refusal }.map { "it takes no more commands (\($0)), and " } ?? "it "
      return "\(refusal)\(end)\(text)"
    }
  }

  /// Starts the process and delivers its events until it has ended.
  private func listen(
    to child: ChildProcess, _ executable: String
  ) async throws -> (end: ProcessEnd, complaint: String) {
    let (chunks, heard) = AsyncStream.makeStream(of: [UInt8].self)
    async let ended = {
      // This also covers the case that no thread can be started for it.
      defer { heard.finish() }
      return try await DedicatedThread.run {
        try child.run(
          executable, arguments: ["--parent", "\(CurrentProcess.identifier)"],
          started: { handle in self.state.withLock { $0.handle = handle } }, heard: { heard.yield($0) })
      }
    }()
    do {
      var lines = LineSplitter()
      for await chunk in chunks {
        for line in lines.split(chunk) { await deliver(try Event(line: line)) }
      }
    } catch {
      child.kill()
      throw error
    }
    return try await ended
  }
}
