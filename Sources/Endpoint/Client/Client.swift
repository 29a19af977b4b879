import EndpointProtocol
import LinuxSystem
import Model

/// Opens a connection, or a herd of them, watches it by a mechanism, and reports. It does one task at a time, and any
/// number of tasks in turn.
final class Client {
  private let loop: EventLoop
  private let output: EventOutput
  private let input: CommandInput
  private let inputToken: UInt64
  private var herd: Herd?
  private var isDone = false

  init(input: CommandInput, output: EventOutput) throws(EndpointError) {
    loop = try EventLoop()
    inputToken = loop.newToken()
    self.input = input
    self.output = output
    try loop.watch(input, token: inputToken)
  }

  /// Works until `quit` or the end of input.
  func run() throws(EndpointError) {
    defer { herd?.abort() }
    // Commands that arrived together with the one that made this process a client.
    try obey()
    while !isDone {
      let wake = try loop.wait(until: herd?.nextDeadline)
      for ready in wake.ready where ready.token != inputToken { try herd?.serve(ready, at: wake.at) }
      try herd?.serveTimers(at: wake.at)
      try report()
      // Commands last: an answer that came in together with a command came in before it.
      if wake.ready.contains(where: { $0.token == inputToken }) {
        try input.read()
        try obey()
      }
    }
  }

  private func report() throws(EndpointError) {
    guard let news = herd?.takeNews(), !news.isEmpty else { return }
    try output.write(news)
  }

  /// Carries out the commands that have been read, up to `quit`.
  private func obey() throws(EndpointError) {
    while !isDone, let command = try input.next() {
      try obey(command)
      try report()
    }
    if input.hasEnded { isDone = true }
  }

  private func obey(_ command: Command) throws(EndpointError) {
    switch command {
    case .open(let task): try open(task)
    case .begin(let at): try current(for: command).begin(at: at)
    case .mark(let t0): try current(for: command).mark(t0)
    case .healed(let at): try current(for: command).healed(at: at)
    case .finish: try current(for: command).finish()
    case .quit: isDone = true
    case .assume, .listen, .saturate, .relieve, .reportCPU, .pause, .resume:
      throw EndpointError(.badCommand, stage: command.word, "a client does not know this command")
    }
  }

  private func open(_ task: ClientTask) throws(EndpointError) {
    if let herd, !herd.isFinished {
      throw EndpointError(.badCommand, stage: "open", "a measurement is under way")
    }
    herd?.abort()
    herd = try Herd(task, on: loop)
  }

  /// The task that `command` refers to. Its connections are ready.
  private func current(for command: Command) throws(EndpointError) -> Herd {
    if let herd, herd.isReady { return herd }
    throw EndpointError(.badCommand, stage: command.word, "there is no connection yet")
  }
}
