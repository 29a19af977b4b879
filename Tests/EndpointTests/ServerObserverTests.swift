import EndpointProtocol
import Glibc
import LinuxSystem
import Model
import TestSupport
import Testing

@testable import Endpoint

@Suite("A server that watches its client")
struct ServerObserverTests {
  static func heartbeat(_ timeout: Duration, mode: DetectorMode = .act) -> Watch {
    Watch(
      settings: .heartbeat(HeartbeatSettings(interval: .milliseconds(50), timeout: timeout)), mode: mode)
  }

  /// A client of `server` operated by the test, which has sent its first request, and the port that the server saw.
  static func connect(_ server: TestEndpoint, _ address: EndpointAddress) throws -> (HandmadeConnection, UInt16) {
    let connection = try HandmadeConnection(to: address)
    try connection.send(Frame(kind: .request, sequence: 0, sentAt: now()))
    let port = try server.expect("ready") { if case .ready(_, let port, _) = $0 { port } else { nil } }
    #expect(try connection.next().kind == .requestAnswer)
    return (connection, port)
  }

  @Test("it is ready with the first frame of the first client, and names the client's port")
  func ready() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server(watching: Self.heartbeat(.seconds(60)))
      let silent = try HandmadeConnection(to: address)
      #expect(server.isSilent(for: .milliseconds(100)))
      try silent.send(Frame(kind: .request, sequence: 0, sentAt: now()))
      let port = try server.expect("ready") { if case .ready(_, let port, _) = $0 { port } else { nil } }
      #expect(try port == silent.socket.localPort())
      let second = try HandmadeConnection(to: address)
      try second.send(Frame(kind: .request, sequence: 0, sentAt: now()))
      #expect(try second.next().kind == .requestAnswer, "other clients are served, and not watched")
      #expect(server.isSilent(for: .milliseconds(50)))
    }
  }

  @Test("a peer that leaves without sending a frame is not a client")
  func visitor() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server(watching: Watch(settings: .none))
      var visitor: HandmadeConnection? = try HandmadeConnection(to: address)
      #expect(visitor != nil)
      sleep(.milliseconds(50))
      visitor = nil
      sleep(.milliseconds(50))
      let (connection, port) = try Self.connect(server, address)
      #expect(try port == connection.socket.localPort())
    }
  }

  @Test(
    "the options are set on the accepted socket, and read back from the kernel",
    arguments: [
      DetectorSettings.keepalive(
        KeepaliveSettings(idle: .seconds(3), interval: .seconds(2), probes: 4, userTimeout: .milliseconds(1500))),
      .userTimeout(UserTimeoutSettings(timeout: .milliseconds(2500))), .none,
    ])
  func options(settings: DetectorSettings) async throws {
    try await onThread { bench in
      let (server, address) = try bench.server(watching: Watch(settings: settings))
      let connection = try HandmadeConnection(to: address)
      try connection.send(Frame(kind: .request, sequence: 0, sentAt: now()))
      let actual = try server.expect("ready") { if case .ready(_, _, let settings) = $0 { settings } else { nil } }
      #expect(actual == settings)
    }
  }

  @Test(
    "the client answers the server's heartbeats, and both can watch each other",
    arguments: [
      Pinging.Responder.eventLoop, .ioThread,
    ])
  func mutual(responder: Pinging.Responder) async throws {
    try await onThread { bench in
      let watch = Self.heartbeat(.seconds(60))
      let (server, address) = try bench.server(responder: responder, watching: watch)
      let client = try bench.client(to: address, settings: watch.settings)
      _ = try server.expect("ready") { if case .ready = $0 { true } else { nil } }
      let start = try server.begin()
      try client.begin()
      sleep(.milliseconds(400))
      for endpoint in [server, client] {
        let t0 = start + .milliseconds(275)
        let state = try endpoint.mark(t0)
        let last = try #require(state.lastAnswer)
        #expect(last <= t0)
        #expect(last >= start)
        let next = try #require(state.nextHeartbeat)
        #expect(next >= t0)
        #expect(next < t0 + .milliseconds(50))
        let ending = try endpoint.finish()
        #expect(ending.lag > .zero)
      }
      #expect(server.isSilent(for: .milliseconds(100)))
    }
  }

  @Test("heartbeats are sent from the beginning on their schedule, and a silent client is reset")
  func declared() async throws {
    try await onThread { bench in
      let timeout = Duration.milliseconds(400)
      let (server, address) = try bench.server(watching: Self.heartbeat(timeout))
      let (connection, _) = try Self.connect(server, address)
      #expect(connection.isSilent(for: .milliseconds(100)), "nothing is sent before the beginning")
      let lateness = try Lateness.measure()
      let start = try server.begin()
      var answered = start
      for number in 0..<4 {
        let heartbeat = try connection.next()
        #expect(heartbeat.kind == .heartbeat)
        #expect(heartbeat.sequence == UInt32(number))
        #expect(heartbeat.sentAt >= start + .milliseconds(50) * number)
        answered = now()
        try connection.answer(heartbeat)
      }
      let declaration = try server.declared()
      #expect(declaration.signal == .missedHeartbeats)
      #expect(declaration.at - answered >= timeout)
      #expect(declaration.at - answered < timeout + lateness.allowance)
      #expect(throws: SystemError("read", Errno(code: ECONNRESET))) { while true { _ = try connection.next() } }
      let state = try server.mark(declaration.at)
      #expect(try #require(state.lastAnswer) >= answered)
      #expect(state.nextHeartbeat == nil, "the detector is off after the declaration")
      #expect(try server.finish().requests.isEmpty)
    }
  }

  @Test("of a herd it watches the client that reports every event")
  func herd() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server(acceptQueue: 2, watching: Self.heartbeat(.seconds(60)))
      let client = try bench.start(.client)
      try client.send(
        .open(ClientTask(server: address, watching: Watch(settings: .none), workload: .idle, clients: 40)))
      let watched = try server.expect("ready") { if case .ready(_, let port, _) = $0 { port } else { nil } }
      let own = try client.expect("ready") { if case .ready(_, let port, _) = $0 { port } else { nil } }
      #expect(watched == own)
    }
  }

  @Test("a saturated server notices nothing until it is relieved")
  func saturated() async throws {
    try await onThread { bench in
      let timeout = Duration.milliseconds(200)
      let (server, address) = try bench.server(watching: Self.heartbeat(timeout))
      let (connection, _) = try Self.connect(server, address)
      try server.saturate()
      let start = try server.begin()
      #expect(server.isSilent(for: .milliseconds(500)))
      #expect(connection.isSilent(for: .zero), "it sends nothing meanwhile")
      let heal = try server.relieve()
      let declaration = try server.declared()
      #expect(declaration.at >= heal.after)
      #expect(declaration.at >= start + timeout)
    }
  }

  @Test("requests and messages of the client are no answers to heartbeats")
  func noSignOfLife() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server(watching: Self.heartbeat(.milliseconds(300)))
      let (connection, _) = try Self.connect(server, address)
      let start = try server.begin()
      for number in 1...8 {
        try connection.send(
          Frame(kind: .request, sequence: UInt32(number), sentAt: now()),
          Frame(kind: .message, sequence: UInt32(number), sentAt: now()))
        sleep(.milliseconds(20))
      }
      let declaration = try server.declared()
      #expect(declaration.signal == .missedHeartbeats)
      #expect(declaration.at >= start + .milliseconds(300))
    }
  }

  @Test("in mode watch it suspects a silent client, ends the suspicion, and never resets it")
  func watchMode() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server(watching: Self.heartbeat(.milliseconds(200), mode: .watch))
      let (connection, _) = try Self.connect(server, address)
      let start = try server.begin()
      let suspicion = try server.expect("suspected") {
        if case .suspected(let at, let signal) = $0 { (at: at, signal: signal) } else { nil }
      }
      #expect(suspicion.signal == .missedHeartbeats)
      #expect(suspicion.at >= start + .milliseconds(200))
      try connection.answer(try connection.next(.heartbeat))
      let trusted = try server.expect("trusted") { if case .trusted(let at) = $0 { at } else { nil } }
      #expect(trusted > suspicion.at)
      let request = Frame(kind: .request, sequence: 9, sentAt: now())
      try connection.send(request)
      #expect(try connection.next(.requestAnswer).sequence == 9)
    }
  }

  @Test("a client that resets or closes is noticed by every mechanism", arguments: [true, false])
  func clientGone(resets: Bool) async throws {
    try await onThread { bench in
      let (server, address) = try bench.server(
        watching: Watch(settings: .keepalive(KeepaliveSettings(idle: .seconds(60), interval: .seconds(60), probes: 3))))
      var connection: HandmadeConnection? = try Self.connect(server, address).0
      try server.begin()
      if resets { try connection?.socket.abortOnClose() }
      connection = nil
      #expect(try server.declared().signal == (resets ? .errno("ECONNRESET") : .endOfFile))
      #expect(try server.finish().requests.isEmpty)
    }
  }

  @Test("it pushes messages to the watched client until it declares the client dead")
  func pushes() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server(
        watching: Self.heartbeat(.milliseconds(300)), workload: .push(every: .milliseconds(30), size: 100))
      let (connection, _) = try Self.connect(server, address)
      let start = try server.begin()
      let message = try connection.next(.message)
      #expect(message.padding == 76)
      #expect(try server.mark(start + .milliseconds(40)).nextRequest == start + .milliseconds(60))
      let declaration = try server.declared()
      #expect(try server.mark(declaration.at).nextRequest == nil)
    }
  }

  @Test("mechanisms that a server cannot run are refused, and so are commands before there is a client")
  func refused() async throws {
    try await onThread { bench in
      let impossible: [DetectorSettings] = [
        .requestTimeout(RequestTimeoutSettings(timeout: .seconds(1))),
        .connect(ConnectSettings(interval: .seconds(1))),
        .heartbeat(
          HeartbeatSettings(interval: .seconds(1), timeout: .seconds(3), pinging: Pinging(transport: .udp))),
        .heartbeat(HeartbeatSettings(interval: .zero, timeout: .seconds(3))),
      ]
      for settings in impossible {
        let server = try bench.start(.server)
        try server.send(
          .listen(
            ServerTask(address: EndpointAddress(host: "127.0.0.1", port: 0), watching: Watch(settings: settings))))
        #expect(try server.failed().stage == "listen")
        try server.quit()
      }
      for command in [Command.begin(at: now()), .mark(t0: now()), .finish] {
        let (early, _) = try bench.server(watching: Self.heartbeat(.seconds(1)))
        try early.send(command)
        #expect(try early.failed().stage == command.word)
        let (bystander, _) = try bench.server()
        try bystander.send(command)
        #expect(try bystander.failed().stage == command.word)
      }
    }
  }
}
