import EndpointProtocol
import Lab
import LinuxNetwork
import LinuxSystem
import Model
import Synchronization

/// A process of `flatline-endpoint`, which plays one role after the other. What it says goes to the mailbox of the role
/// that it plays, and to nobody's between two.
final class EndpointProcess: Sendable {
  private let commands: AsyncStream<Command>.Continuation
  private let running: Task<Void, Never>
  private let life: Life

  /// The role that it plays.
  private struct Part {
    /// Who is told of its events and of its end.
    let mailbox: Mailbox
    /// The process enters by the runner's descriptor; kept until the role is over, and no longer: a host that a fault
    /// has felled goes with its process.
    let namespace: NetworkNamespace
    /// `server` or `client`, and whose: for errors.
    let name: String
  }

  /// What is known of the process.
  private final class Life: Sendable {
    private let state = Mutex((identifier: Int32?.none, wasKilled: false, part: Part?.none))

    /// Its number in the runner's PID namespace; nil before it runs, and once it is gone.
    var identifier: Int32? {
      get { state.withLock { $0.identifier } }
      set { state.withLock { $0.identifier = newValue } }
    }

    /// Whether a fault has killed it.
    var wasKilled: Bool {
      get { state.withLock { $0.wasKilled } }
      set { state.withLock { $0.wasKilled = newValue } }
    }

    var part: Part? {
      get { state.withLock { $0.part } }
      set { state.withLock { $0.part = newValue } }
    }

    func deliver(_ event: Event) async {
      let part = part
      // Its last line: by the time that anybody knows of it, the process is free.
      if case .ended = event { self.part = nil }
      await part?.mailbox.deliver(event)
    }

    /// Its end is no failure of the measurement if a fault has killed it: the mailbox only falls silent.
    func close(because message: String) async {
      let (part, wasKilled) = state.withLock { state in
        defer { (state.identifier, state.part) = (nil, nil) }
        return (state.part, state.wasKilled)
      }
      guard let part, !wasKilled else { return }
      await part.mailbox.close(CampaignError(.endpoint, stage: "run the \(part.name)", message))
    }
  }

  /// Starts the process, which waits for its first role.
  init(executable: String) {
    let (stream, commands) = AsyncStream.makeStream(of: Command.self)
    self.commands = commands
    let life = Life()
    self.life = life
    running = Task { await Self.run(executable, stream, life) }
  }

  var identifier: Int32? { life.identifier }

  /// Whether a fault has killed it.
  var wasKilled: Bool { life.wasKilled }

  /// Gives it a role; only while it has none.
  func assume(_ role: EndpointRole, in namespace: NetworkNamespace, named name: String, _ mailbox: Mailbox) {
    life.part = Part(mailbox: mailbox, namespace: namespace, name: name)
    commands.yield(.assume(role, namespace: namespace.path))
  }

  /// Passes a command on if the role that the mailbox is of is still played: one that is over has no say any more.
  func send(_ command: Command, from mailbox: Mailbox) {
    if life.part?.mailbox === mailbox { commands.yield(command) }
  }

  /// SIGKILL, as a fault. Returns when the signal was sent, once the process is gone.
  func killByFault(named name: String) async throws -> Moment {
    guard let identifier else {
      throw CampaignError(.endpoint, stage: "kill the \(name)", "it does not run")
    }
    life.wasKilled = true
    let moment = try await DedicatedThread.run {
      let process = try OtherProcess(identifier)
      let before = Instant.now
      try process.send(.kill)
      // The peer may see the end of its connection before the last thread is gone: t0 is the signal.
      let after = Instant.now
      guard process.waitForEnd(milliseconds: 5000) else {
        throw CampaignError(.endpoint, stage: "kill the \(name)", "it is still there after 5 s")
      }
      return Moment(before: before, after: after)
    }
    await kill()
    return moment
  }

  /// Lets it come to its end, and waits until it has.
  func end() async {
    commands.finish()
    // One that is stuck must not hold up the run.
    let patience = Task {
      try await Task.sleep(for: .seconds(2))
      running.cancel()
    }
    await running.value
    patience.cancel()
  }

  /// Kills it, if it still runs, and waits.
  func kill() async {
    running.cancel()
    commands.finish()
    await running.value
  }

  /// SIGCONT: a fault may have stopped it, and a stopped process obeys nobody.
  func resume() {
    guard let identifier else { return }
    do throws(SystemError) {
      try OtherProcess(identifier).send(.resume)
    } catch {
      // It is gone already.
    }
  }

  private static func run(_ executable: String, _ commands: AsyncStream<Command>, _ life: Life) async {
    do {
      let child = try ChildProcess()
      let writing = Task {
        for await command in commands { try child.write(Array("\(command.line)\n".utf8)) }
        child.endInput()
      }
      defer { writing.cancel() }
      let (end, complaint) = try await withTaskCancellationHandler {
        try await listen(to: child, executable, life)
      } onCancel: {
        child.kill()
      }
      let text = complaint.split(separator: "\n").last.map { ": \($0)" } ?? ""
      await life.close(because: "it \(end)\(text)")
    } catch {
      await life.close(because: "\(error)")
    }
  }

  /// Starts the process and delivers what it says, until it has ended.
  private static func listen(
    to child: ChildProcess, _ executable: String, _ life: Life
  ) async throws -> (end: ProcessEnd, complaint: String) {
    let (chunks, heard) = AsyncStream.makeStream(of: [UInt8].self)
    async let ended = {
      // Also where there is not even a thread for it.
      defer { heard.finish() }
      return try await DedicatedThread.run {
        try child.run(
          executable, arguments: ["--parent", "\(CurrentProcess.identifier)"], started: { life.identifier = $0 },
          heard: { heard.yield($0) })
      }
    }()
    do {
      var lines = LineSplitter()
      for await chunk in chunks {
        for line in lines.split(chunk) { await life.deliver(try Event(line: line)) }
      }
    } catch {
      child.kill()
      throw error
    }
    return try await ended
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
