import EndpointProtocol
import Glibc
import LinuxSystem
import Model
import Testing

@testable import Endpoint

@Suite("Messages of the workload")
struct WorkloadTests {
  static let every = Duration.milliseconds(20)

  @Test("a client sends messages of the given size on an absolute schedule, and no requests")
  func trickle() async throws {
    try await onThread { bench in
      let server = try HandmadeServer()
      let client = try bench.start(.client)
      let workload = Workload.trickle(every: Self.every, size: 1400)
      try client.send(.open(ClientTask(server: server.address, watching: Watch(settings: .none), workload: workload)))
      let connection = try server.welcome()
      _ = try client.expect("ready") { if case .ready = $0 { true } else { nil } }
      let start = try client.begin()
      for number in 0..<10 {
        let frame = try connection.next()
        #expect(frame.kind == .message)
        #expect(frame.sequence == UInt32(number))
        #expect(frame.padding == 1400 - 24)
        #expect(frame.sentAt >= start + Self.every * number)
      }
      #expect(try client.mark(start + .milliseconds(30)).nextRequest == start + Self.every * 2)
      #expect(try client.finish().requests.isEmpty, "a message is no request")
    }
  }

  @Test("requests have the given size, and their answers do not")
  func requestSize() async throws {
    try await onThread { bench in
      let server = try HandmadeServer()
      let client = try bench.start(.client)
      let workload = Workload.requests(every: Self.every, timeout: .seconds(10), size: 5000)
      try client.send(.open(ClientTask(server: server.address, watching: Watch(settings: .none), workload: workload)))
      let connection = try server.welcome()
      _ = try client.expect("ready") { if case .ready = $0 { true } else { nil } }
      try client.begin()
      let frame = try connection.next()
      #expect(frame.kind == .request)
      #expect(frame.padding == 5000 - 24)
      #expect(frame.answer(serverLoad: 0)?.padding == 0)
    }
  }

  @Test("a server pushes messages to its first client only, from the beginning until the end")
  func push() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server(workload: .push(every: Self.every, size: 2000))
      let first = try HandmadeConnection(to: address)
      try first.send(Frame(kind: .request, sequence: 0, sentAt: now()))
      #expect(try first.next().kind == .requestAnswer)
      let second = try HandmadeConnection(to: address)
      #expect(first.isSilent(for: .milliseconds(100)), "nothing is sent before the beginning")
      let start = try server.begin()
      for number in 0..<10 {
        let frame = try first.next()
        #expect(frame.kind == .message)
        #expect(frame.sequence == UInt32(number))
        #expect(frame.padding == 2000 - 24)
        #expect(frame.sentAt >= start + Self.every * number)
      }
      #expect(second.isSilent(for: .milliseconds(10)))
      let end = try server.finish().at
      // Messages that are still on their way were sent before.
      while !first.isSilent(for: .milliseconds(200)) { #expect(try first.next().sentAt <= end) }
    }
  }

  @Test("messages that are pushed are no answers to heartbeats")
  func noSignOfLife() async throws {
    try await onThread { bench in
      let server = try HandmadeServer()
      let client = try bench.start(.client)
      let timeout = Duration.milliseconds(300)
      let settings = HeartbeatSettings(interval: .milliseconds(50), timeout: timeout)
      try client.send(
        .open(
          ClientTask(
            server: server.address, watching: Watch(settings: .heartbeat(settings)), workload: .push(every: Self.every))
        ))
      let connection = try server.welcome()
      _ = try client.expect("ready") { if case .ready = $0 { true } else { nil } }
      let start = try client.begin()
      for number in 0..<10 {
        try connection.send(Frame(kind: .message, sequence: UInt32(number), sentAt: now()))
        sleep(Self.every)
      }
      let declaration = try client.declared()
      #expect(declaration.signal == .missedHeartbeats)
      #expect(declaration.at >= start + timeout)
      #expect(try client.mark(declaration.at).lastAnswer == nil)
    }
  }

  @Test("a client answers the server's heartbeats")
  func heartbeatFromServer() async throws {
    try await onThread { bench in
      let server = try HandmadeServer()
      let client = try bench.start(.client)
      try client.send(.open(ClientTask(server: server.address, watching: Watch(settings: .none), workload: .idle)))
      let connection = try server.welcome()
      let heartbeat = Frame(kind: .heartbeat, sequence: 7, sentAt: now())
      try connection.send(heartbeat)
      #expect(try connection.next() == heartbeat.answer(serverLoad: 0))
    }
  }

  @Test("a peer that does not read fills only a bounded queue, and gets whole frames")
  func boundedQueue() throws {
    let server = try HandmadeServer()
    let loop = try EventLoop()
    guard let address = SocketAddress(host: server.address.host, port: server.address.port) else { return }
    let socket = try Sockets.tcp(family: address.family)
    let connection = try Connection(connecting: socket, to: address, on: loop)
    let peer = try server.accept()
    for ready in try loop.wait().ready { #expect(connection.serve(ready.readiness).end == nil) }
    #expect(connection.isEstablished)
    let count = UInt32(64)
    for number in 0..<count {
      let frame = Frame(kind: .message, sequence: number, sentAt: now(), padding: 1_000_000)
      #expect(connection.send([frame]) == nil)
      #expect(connection.queued <= Connection.longestQueue)
    }
    #expect(connection.queued > 0)
    var received: [UInt32] = []
    while connection.queued > 0 || !peer.isSilent(for: .milliseconds(100)) {
      if connection.queued > 0 { #expect(connection.serve(.writable).end == nil) }
      if !peer.isSilent(for: .zero) { received.append(try peer.next().sequence) }
    }
    #expect(received.count < count, "the rest was dropped")
    #expect(received == received.sorted())
    #expect(received.first == 0)
  }

  @Test(
    "an invalid workload is refused",
    arguments: [
      Workload.trickle(every: .zero), .push(every: .seconds(-1)), .trickle(every: .seconds(1), size: 23),
      .requests(every: .seconds(1), timeout: .seconds(1), size: 2_000_000),
    ])
  func refused(workload: Workload) async throws {
    try await onThread { bench in
      let (_, address) = try bench.server()
      let client = try bench.start(.client)
      try client.send(.open(ClientTask(server: address, watching: Watch(settings: .none), workload: workload)))
      #expect(try client.failed().stage == "open")
      let server = try bench.start(.server)
      try server.send(.listen(ServerTask(address: EndpointAddress(host: "::1", port: 0), workload: workload)))
      #expect(try server.failed().stage == "listen")
    }
  }
}
