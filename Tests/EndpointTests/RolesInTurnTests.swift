import EndpointProtocol
import Glibc
import LinuxNetwork
import LinuxSystem
import Model
import TestSupport
import Testing

/// A process that plays one role after another behaves in each like a new process.
@Suite("Roles in turn", .needsEndpointProgram)
struct RolesInTurnTests {
  private static let task = ServerTask(address: EndpointAddress(host: TestNetwork.host.ipv4, port: 7000))
  private static let heartbeat = Watch(
    settings: .heartbeat(HeartbeatSettings(interval: .milliseconds(50), timeout: .milliseconds(200))))

  /// Opens, notices that the server is gone and reports the rest: one whole measurement.
  private static func measure(_ client: TestEndpoint, _ server: TestEndpoint, clients: Int = 1) throws {
    let address = try server.listen(task)
    let workload = Workload.requests(every: .milliseconds(20), timeout: .seconds(1))
    let settings = try client.open(
      ClientTask(server: address, watching: heartbeat, workload: workload, clients: clients))
    #expect(settings == heartbeat.settings)
    let start = try client.begin()
    sleep(.milliseconds(150))
    #expect(try #require(try client.mark(now()).lastAnswer) > start)
    try server.quit()
    #expect(try client.declared().signal == .errno("ECONNRESET"))
    let ending = try client.finish()
    #expect(!ending.requests.isEmpty && ending.requests.allSatisfy { $0.sentAt >= start })
    #expect(ending.herd?.declared == (clients > 1 ? clients : nil))
    try client.quit()
  }

  @Test(
    "two processes serve and watch each other in turn, in different networks, and keep no trace of them",
    .needsNamespaces)
  func inTurn() async throws {
    try await onThread { bench in
      let processes = [try bench.spawn(), try bench.spawn()]
      // By then they have started, and have done nothing yet.
      for process in processes {
        try process.assume(.client)
        try process.quit()
      }
      let traces = try processes.map { try ProcessTraces(of: try #require($0.process)) }
      for (turn, clients) in [1, 20, 1, 1].enumerated() {
        let network = try TestNetwork()
        let (server, client) = (processes[turn % 2], processes[(turn + 1) % 2])
        let before = now()
        #expect(try server.assume(.server, in: network.server) > before)
        try client.assume(.client, in: network.client)
        #expect(try ProcessTraces(of: try #require(client.process)) != traces[(turn + 1) % 2])
        try Self.measure(client, server, clients: clients)
        for (process, traces) in zip(processes, traces) {
          #expect(try ProcessTraces(of: try #require(process.process)) == traces)
        }
      }
    }
  }

  @Test(
    "a server that was saturated, paused and had a worker serves like a new one, and observes a first client again",
    arguments: SaturationMode.allCases)
  func afterSaturation(mode: SaturationMode) async throws {
    try await onThread { bench in
      let server = try bench.spawn(.server)
      try server.quit()
      let traces = try ProcessTraces(of: try #require(server.process))
      let task = ServerTask(
        address: EndpointAddress(host: "127.0.0.1", port: 0), responder: .ioThread, watching: Watch(settings: .none))
      for _ in 1...2 {
        try server.assume(.server)
        #expect(try server.cpuTime() == .zero)
        let (connection, _) = try ServerObserverTests.connect(server, try server.listen(task))
        try server.pause(.reading)
        try server.pause(.accepting)
        try server.saturate(mode)
        sleep(.milliseconds(50))
        try server.quit()
        #expect(throws: SystemError.self, "a reset") { try connection.next() }
        #expect(try ProcessTraces(of: try #require(server.process)) == traces)
      }
      try server.assume(.server)
      let peer = try HandmadeConnection(to: try server.listen())
      try peer.send(Frame(kind: .request, sequence: 7, sentAt: now()))
      let answer = try peer.next()
      #expect(answer.sequence == 7 && answer.serverLoad < 500, "the load is that of this role")
    }
  }

  @Test(
    "a failed role obeys only quit, and does not affect the next role",
    arguments: [
      "listen to=me", "finish", "assume role=client",
      "open server=127.0.0.1 port=1 mechanism=none workload=idle clients=1 seed=0",
    ])
  func afterFailure(line: String) async throws {
    try await onThread { bench in
      let process = try bench.spawn()
      for _ in 1...2 {
        try process.assume(.client)
        try process.send(line: line)
        _ = try process.failed()
        try process.send(line: "nonsense")
        try process.send(.begin(at: now()))
        try process.quit()
      }
      let (_, address) = try bench.server()
      try process.assume(.client)
      _ = try process.open(ClientTask(server: address, watching: Self.heartbeat, workload: .idle))
      try process.begin()
      sleep(.milliseconds(100))
      #expect(try process.finish().herd == nil)
      process.endInput()
      #expect(try process.next() == nil)
      #expect(try TestChild.exitStatus(of: try #require(process.process)) == 0)
    }
  }

  @Test("a namespace that cannot be entered fails the role, and not the next one")
  func noNamespace() async throws {
    try await onThread { bench in
      let process = try bench.spawn()
      try process.send(.assume(.server, namespace: "/proc/self/fd/987"))
      #expect(try process.failed().stage == "start")
      try process.quit()
      try process.assume(.server)
      _ = try process.listen()
    }
  }

  @Test("commands for several roles that arrive at once are each obeyed in their role")
  func atOnce() async throws {
    try await onThread { bench in
      let process = try bench.spawn()
      let listen = Command.listen(ServerTask(address: EndpointAddress(host: "127.0.0.1", port: 0)))
      let role = [Command.assume(.server, namespace: nil), listen, .saturate(.stall), .quit]
      let commands = role + [.assume(.client, namespace: nil), .quit] + role
      try process.send(line: commands.map(\.line).joined(separator: "\n"))
      let words = try (0..<10).map { _ in try #require(try process.next()).word }
      let server = ["started", "listening", "saturated", "ended"]
      #expect(words == server + ["started", "ended"] + server)
    }
  }
}
