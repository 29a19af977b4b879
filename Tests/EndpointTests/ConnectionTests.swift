import Endpoint
import EndpointProtocol
import Model
import Testing

@Suite("Opening a connection")
struct ConnectionTests {
  @Test("a client proves its connection by a round trip", arguments: ["127.0.0.1", "::1"])
  func ready(host: String) async throws {
    try await onThread { bench in
      let (_, address) = try bench.server(host: host)
      let client = try bench.start(.client)
      let task = ClientTask(server: address, watching: Watch(settings: .none), workload: .idle)
      #expect(try client.open(task) == .none)
    }
  }

  @Test(
    "keepalive's options are read back from the kernel",
    arguments: [
      KeepaliveSettings(idle: .seconds(1), interval: .seconds(2), probes: 3),
      KeepaliveSettings(idle: .seconds(7200), interval: .seconds(75), probes: 9, userTimeout: .milliseconds(1500)),
    ])
  func keepalive(settings: KeepaliveSettings) async throws {
    try await onThread { bench in
      let (_, address) = try bench.server()
      let client = try bench.start(.client)
      let task = ClientTask(server: address, watching: Watch(settings: .keepalive(settings)), workload: .idle)
      #expect(try client.open(task) == .keepalive(settings))
    }
  }

  @Test(
    "a setting that the kernel cannot express is refused",
    arguments: [
      KeepaliveSettings(idle: .milliseconds(1500), interval: .seconds(1), probes: 3),
      KeepaliveSettings(idle: .seconds(1), interval: .seconds(1), probes: 3, userTimeout: .microseconds(1)),
      KeepaliveSettings(idle: .seconds(1), interval: .seconds(1), probes: 1000),
      KeepaliveSettings(idle: .seconds(40_000), interval: .seconds(1), probes: 3),
    ])
  func refused(settings: KeepaliveSettings) async throws {
    try await onThread { bench in
      let (_, address) = try bench.server()
      let client = try bench.start(.client)
      try client.send(
        .open(ClientTask(server: address, watching: Watch(settings: .keepalive(settings)), workload: .idle)))
      #expect(try client.failed().stage == "open")
      try client.quit()
    }
  }

  @Test("a port without a listener is a failure that says so")
  func nobody() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      try server.quit()
      let client = try bench.start(.client)
      try client.send(.open(ClientTask(server: address, watching: Watch(settings: .none), workload: .idle)))
      let failure = try client.failed()
      #expect(failure.stage == "open")
      #expect(failure.message == "connect to 127.0.0.1 port \(address.port): ECONNREFUSED")
    }
  }

  @Test(
    "a command that makes no sense now is a failure",
    arguments: [
      "begin at=1", "mark t0=1", "healed at=1", "finish", "saturate mode=busy-loop", "listen host=::1 port=0", "jump",
      "open server=localhost port=1 mechanism=none workload=idle",
      "open server=::1 port=1 mechanism=heartbeat interval=0s timeout=1s workload=idle",
      "open server=::1 port=1 mechanism=none workload=requests every=0s request-timeout=1s",
    ])
  func outOfPlace(line: String) async throws {
    try await onThread { bench in
      let client = try bench.start(.client)
      try client.send(line: line)
      #expect(try client.failed().stage == line.split(separator: " ")[0])
      try client.quit()
    }
  }

  @Test("a server refuses a client's commands, and a second listen")
  func serverOutOfPlace() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      try server.send(.listen(ServerTask(address: address)))
      #expect(try server.failed().stage == "listen")
      let other = try bench.start(.server)
      try other.send(.finish)
      #expect(try other.failed().stage == "finish")
    }
  }

  @Test("one client makes any number of measurements in turn")
  func inTurn() async throws {
    try await onThread { bench in
      let (_, address) = try bench.server()
      let client = try bench.start(.client)
      for _ in 1...3 {
        _ = try client.open(ClientTask(server: address, watching: Watch(settings: .none), workload: .idle))
        try client.begin()
        #expect(try client.finish().requests.isEmpty)
      }
    }
  }
}
