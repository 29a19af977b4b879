import EndpointProtocol
import LinuxSystem
import Model

/// Answers every frame at once, on any number of connections.
///
/// No keepalive on this side: its probes would disturb what the client measures.
final class Server {
  private let loop: EventLoop
  private let output: EventOutput
  private let input: CommandInput
  private let inputToken: UInt64
  private let listenerToken: UInt64
  private var listener: OwnedDescriptor?
  private var connections: [UInt64: Connection] = [:]
  private var saturation: Saturation?
  private var saturatedSince: Instant?
  private var load = LoadMeter(start: .now)
  private var isDone = false

  init(input: CommandInput, output: EventOutput) throws(EndpointError) {
    loop = try EventLoop()
    inputToken = loop.newToken()
    listenerToken = loop.newToken()
    self.input = input
    self.output = output
    try loop.watch(input, token: inputToken)
  }

  /// Serves until `quit` or the end of input.
  func run() throws(EndpointError) {
    defer { abort() }
    while !isDone {
      if saturatedSince != nil {
        try obey()
      } else {
        let wake = try loop.wait()
        for ready in wake.ready where saturatedSince == nil && !isDone { try serve(ready) }
        load.add(from: wake.at, to: .now)
      }
    }
  }

  private func abort() {
    for connection in connections.values { connection.abort() }
    connections = [:]
    if let saturation = saturation.take() { _ = saturation.end() }
  }

  private func serve(_ ready: Epoll.Ready) throws(EndpointError) {
    if ready.token == inputToken {
      try obey()
    } else if ready.token == listenerToken {
      try accept()
    } else if let connection = connections[ready.token] {
      let arrival = connection.serve(ready.readiness)
      let serverLoad = load.permille(at: .now)
      let answers = arrival.frames.compactMap { $0.answer(serverLoad: serverLoad) }
      let end = arrival.end ?? (answers.isEmpty ? nil : connection.send(answers))
      if end != nil { connections[ready.token] = nil }
    }
  }

  /// Blocks until there is input.
  private func obey() throws(EndpointError) {
    guard let commands = try input.read() else {
      isDone = true
      return
    }
    for command in commands where !isDone { try obey(command) }
  }

  private func obey(_ command: Command) throws(EndpointError) {
    switch command {
    case .listen(let address): try listen(on: address)
    case .saturate(.busyLoop): try saturate()
    case .relieve: try relieve()
    case .reportCPU:
      let time = try saturation?.cpuTime() ?? .zero
      try output.write(.cpuTime(time, at: .now))
    case .quit: isDone = true
    case .open, .begin, .mark, .healed, .finish:
      throw EndpointError(.badCommand, stage: command.word, "a server does not know this command")
    }
  }

  private func listen(on address: EndpointAddress) throws(EndpointError) {
    guard listener == nil else { throw EndpointError(.badCommand, stage: "listen", "this server listens already") }
    let address = try SocketAddress(address, stage: "listen")
    let (loop, token) = (loop, listenerToken)
    var port: UInt16 = 0
    listener = try during("listen") { () throws(SystemError) in
      let listener = try Sockets.listen(on: address)
      port = try listener.localPort()
      try loop.add(listener, for: .readable, token: token)
      return listener
    }
    try output.write(.listening(at: .now, port: port))
  }

  private func accept() throws(EndpointError) {
    try during("accept") { () throws(SystemError) in
      while let socket = try listener?.accept() {
        let connection = try Connection(accepted: socket, on: loop)
        connections[connection.token] = connection
      }
    }
  }

  /// Saturating twice is saturating once.
  private func saturate() throws(EndpointError) {
    let before = Instant.now
    if saturatedSince == nil { saturation = try Saturation() }
    saturatedSince = saturatedSince ?? before
    try output.write(.saturated(before: before, after: .now))
  }

  /// Relieving a server that is not saturated does nothing.
  private func relieve() throws(EndpointError) {
    let before = Instant.now
    var cpuTime = Duration.zero
    if let saturation = saturation.take() { cpuTime = saturation.end() }
    let after = Instant.now
    if let since = saturatedSince { load.add(from: since, to: after) }
    saturatedSince = nil
    try output.write(.relieved(before: before, after: after, cpuTime: cpuTime))
  }
}
