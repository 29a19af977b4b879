import EndpointProtocol
import LinuxSystem
import Model
import Testing

@testable import Endpoint

@Suite("A herd of clients")
struct HerdTests {
  static let heartbeat = DetectorSettings.heartbeat(
    HeartbeatSettings(interval: .milliseconds(200), timeout: .milliseconds(700)))

  @Test("all notice, all fail over, and the sum says so; the first client reports every event")
  func failover() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let (_, backup) = try bench.server()
      let client = try bench.client(
        to: address, backup: backup, settings: Self.heartbeat, failover: FailoverPolicy(target: .backup), clients: 100)
      try client.begin()
      sleep(.milliseconds(500))
      let fault = try server.saturate()
      let declaration = try client.declared()
      #expect(declaration.signal == .missedHeartbeats)
      #expect(declaration.at > fault.after)
      let failedOver = try client.failedOver()
      #expect(failedOver > declaration.at)
      // The last heartbeats of the others were answered up to an interval after the first's; then all connect at once.
      sleep(.milliseconds(200) + .seconds(3))
      let herd = try #require(try client.finish().herd)
      #expect(herd.declared == 100)
      #expect(herd.failedOver == 100)
      #expect(herd.failedAttempts == 0)
      #expect(try #require(herd.lastFailover) > failedOver)
    }
  }

  @Test("a thousand connections open through an accept queue of one")
  func small() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server(acceptQueue: 1)
      let client = try bench.client(to: address, settings: .none, clients: 1000)
      try client.begin()
      sleep(.milliseconds(100))
      try server.quit()
      #expect(try client.declared().signal == .errno("ECONNRESET"))
      sleep(.milliseconds(500))
      let herd = try #require(try client.finish().herd)
      #expect(herd.declared == 1000)
      #expect(herd.failedOver == 0)
      #expect(herd.lastFailover == nil)
    }
  }

  @Test("a herd is ready when the last connection has had its round trip; the first opens before the others")
  func readiness() async throws {
    try await onThread { bench in
      let server = try HandmadeServer()
      let client = try bench.start(.client)
      try client.send(
        .open(ClientTask(server: server.address, watching: Watch(settings: .none), workload: .idle, clients: 4)))
      let first = try server.accept()
      let request = try first.next()
      sleep(.milliseconds(100))
      let answered = now()
      try first.answer(request)
      var others = try (1...3).map { _ in try server.accept() }
      for connection in others {
        let request = try connection.next()
        #expect(request.sentAt > answered)
        if connection !== others[2] { try connection.answer(request) }
      }
      #expect(client.isSilent(for: .milliseconds(200)))
      // A refused client tries again.
      try others.removeLast().socket.abortOnClose()
      let proven = now()
      others.append(try server.welcome())
      #expect(try client.expect("ready") { if case .ready(let at, _, _) = $0 { at } else { nil } } > proven)
    }
  }

  @Test("every client has its own phase, drawn from the seed over the healthy period")
  func phases() async throws {
    try await onThread { bench in
      let server = try HandmadeServer()
      let client = try bench.start(.client)
      let period = Duration.milliseconds(400)
      let task = ClientTask(
        server: server.address, watching: Watch(settings: .none), workload: .trickle(every: period), clients: 12,
        seed: 5)
      try client.send(.open(task))
      let connections = try (0..<12).map { _ in try server.welcome() }
      _ = try client.expect("ready") { if case .ready = $0 { true } else { nil } }
      let start = try client.begin()
      let sent = try connections.map { try $0.next(.message).sentAt }
      #expect(sent[0] >= start)
      let due = (0..<12).map { start + Herd.phase(of: $0, in: task) }
      for (sent, due) in zip(sent.sorted(), due.sorted()) { #expect(sent >= due) }
      // They recur at the same position in the period, so that no lateness of the first can hide a wrong phase.
      let again = try connections.map { try $0.next(.message).sentAt }
      for (sent, due) in zip(again.sorted(), due.sorted()) { #expect(sent >= due + period) }
    }
  }

  @Test("phases fill the period, depend on nothing but the seed and the number, and the first client has none")
  func phaseDraws() {
    let period = Duration.seconds(30)
    func phases(seed: UInt64, clients: Int = 1000) -> [Duration] {
      let task = ClientTask(
        server: EndpointAddress(host: "::1", port: 1),
        watching: Watch(settings: .heartbeat(HeartbeatSettings(interval: period, timeout: .seconds(90)))),
        workload: .idle, clients: clients, seed: seed)
      return (0..<1000).map { Herd.phase(of: $0, in: task) }
    }
    let drawn = phases(seed: 3)
    #expect(drawn[0] == .zero)
    #expect(drawn == phases(seed: 3, clients: 2))
    #expect(drawn != phases(seed: 4))
    #expect(drawn.allSatisfy { $0 >= .zero && $0 < period })
    // Ten equal parts, 100 expected in each: six standard deviations are 57.
    var counts = Array(repeating: 0, count: 10)
    for phase in drawn { counts[Int(phase.inSeconds / 3)] += 1 }
    #expect(counts.allSatisfy { (43...157).contains($0) })
  }

  @Test("a herd of none, or of too many, is refused", arguments: [0, 1001])
  func refused(clients: Int) async throws {
    try await onThread { bench in
      let (_, address) = try bench.server()
      let client = try bench.start(.client)
      try client.send(
        .open(ClientTask(server: address, watching: Watch(settings: .none), workload: .idle, clients: clients)))
      #expect(try client.failed().stage == "open")
    }
  }

  @Test("one client alone has no sum")
  func alone() async throws {
    try await onThread { bench in
      let (_, address) = try bench.server()
      let client = try bench.client(to: address)
      try client.begin()
      #expect(try client.finish().herd == nil)
    }
  }
}
