import EndpointProtocol
import LinuxSystem
import Model

/// Answers every frame at once, on any number of connections and in datagrams.
///
/// One thread does everything, or this one only moves bytes and answers shallow heartbeats, and a worker answers the
/// rest. No keepalive on this side: its probes would disturb what the client measures.
final class Server {
  let loop: EventLoop
  let output: EventOutput
  private let input: CommandInput
  private let inputToken: UInt64
  let listenerToken: UInt64
  let datagramToken: UInt64
  private let workerToken: UInt64
  var sockets: ServerSockets?
  var worker: Worker?
  var connections: [UInt64: Connection] = [:]
  /// What the server does on its first client's connection besides answering; nil if nothing.
  var session: ServerSession?
  var isReading = true
  var saturation: Saturation?
  /// Since when the event loop has been stopped; nil while it works.
  var stuckSince: Instant?
  var load = LoadMeter(start: .now)
  var throttling = ThrottleMeter()
  private var isDone = false

  init(input: CommandInput, output: EventOutput) throws(EndpointError) {
    loop = try EventLoop()
    inputToken = loop.newToken()
    listenerToken = loop.newToken()
    datagramToken = loop.newToken()
    workerToken = loop.newToken()
    self.input = input
    self.output = output
    try loop.watch(input, token: inputToken)
  }

  /// Serves until `quit` or the end of input.
  func run() throws(EndpointError) {
    defer { abort() }
    // Commands that arrived together with the one that made this process a server.
    try obey()
    while !isDone {
      if stuckSince != nil {
        try input.read()
        try obey()
        try report()
      } else {
        let wake = try loop.wait(until: session?.nextDeadline)
        for ready in wake.ready where ready.token != inputToken { try serve(ready, at: wake.at) }
        session?.serveTimers(at: wake.at)
        // Commands last: an answer that came in together with a command came in before it.
        if wake.ready.contains(where: { $0.token == inputToken }) {
          try input.read()
          try obey()
        }
        try report()
        load.add(from: wake.at, to: .now)
      }
    }
  }

  private func abort() {
    for connection in connections.values { connection.abort() }
    connections = [:]
    worker?.stop()
    if let saturation { _ = saturation.end() }
  }

  private func serve(_ ready: Epoll.Ready, at now: Instant) throws(EndpointError) {
    if session?.serve(ready, at: now) == true { return }
    switch ready.token {
    case listenerToken: try accept()
    case datagramToken: try serveDatagrams()
    case workerToken: try deliver(try worker?.finished() ?? [])
    default: try serveConnection(ready, at: now)
    }
  }

  /// Reports what was observed, and drops a connection that was given up.
  private func report() throws(EndpointError) {
    guard let session else { return }
    if let connection = session.takeAbandoned() { connections[connection.token] = nil }
    let news = session.takeNews()
    if !news.isEmpty { try output.write(news) }
  }

  /// Carries out the commands that have been read, up to `quit`.
  private func obey() throws(EndpointError) {
    while !isDone, let command = try input.next() { try obey(command) }
    if input.hasEnded { isDone = true }
  }

  private func obey(_ command: Command) throws(EndpointError) {
    switch command {
    case .listen(let task): try listen(task)
    case .saturate(let mode): try saturate(mode)
    case .relieve: try relieve()
    case .reportCPU: try output.write(.cpuTime(try saturation?.cpuTime(), at: .now))
    case .pause(let activity): try set(activity, going: false)
    case .resume(let activity): try set(activity, going: true)
    case .quit: isDone = true
    case .begin(let at): try observing(command).begin(at: at)
    case .mark(let t0): try observing(command).mark(t0)
    case .finish: try observing(command).finish()
    case .assume, .open, .healed:
      throw EndpointError(.badCommand, stage: command.word, "a server does not know this command")
    }
  }

  private func observing(_ command: Command) throws(EndpointError) -> ServerSession {
    if let session { return session }
    throw EndpointError(.badCommand, stage: command.word, "this server neither watches a client nor pushes messages")
  }

  private func listen(_ task: ServerTask) throws(EndpointError) {
    guard sockets == nil else { throw EndpointError(.badCommand, stage: "listen", "this server listens already") }
    session = try ServerSession(task, on: loop)
    if task.responder == .ioThread {
      let worker = try Worker()
      self.worker = worker
      try worker.announce(on: loop, token: workerToken)
    }
    let sockets = try ServerSockets(task, on: loop, listenerToken: listenerToken, datagramToken: datagramToken)
    self.sockets = sockets
    try output.write(.listening(at: .now, port: sockets.port))
  }
}
