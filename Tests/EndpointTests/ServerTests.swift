import Endpoint
import EndpointProtocol
import Model
import Testing

@Suite("The server")
struct ServerTests {
  @Test("a saturated server burns CPU until it is relieved")
  func cpuTime() async throws {
    try await onThread { bench in
      let (server, _) = try bench.server()
      let fault = try server.saturate()
      #expect(fault.after > fault.before)
      var burnt = Duration.zero
      while burnt < .milliseconds(1) {
        sleep(.milliseconds(20))
        burnt = try server.cpuTime()
      }
      #expect(try server.relieve().cpuTime >= burnt)
      try server.send(.reportCPU)
      // Nothing keeps it from its work now.
      #expect(try server.expect("cpu-time") { if case .cpuTime(let time, _) = $0 { time == nil } else { nil } })
    }
  }

  @Test("saturating twice and relieving twice has no further effect")
  func twice() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      try server.saturate()
      try server.saturate()
      try server.relieve()
      #expect(try server.relieve().cpuTime == .zero)
      _ = try bench.client(to: address)
    }
  }

  @Test("a saturated server accepts no client, and serves those that waited once it is relieved")
  func backlog() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      try server.saturate()
      let client = try bench.start(.client)
      try client.send(.open(ClientTask(server: address, watching: Watch(settings: .none), workload: .idle)))
      #expect(client.isSilent(for: .milliseconds(200)))
      try server.relieve()
      _ = try client.expect("ready") { if case .ready(let at, _, _) = $0 { at } else { nil } }
    }
  }

  @Test("one server answers many clients")
  func many() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let workload = Workload.requests(every: .milliseconds(20), timeout: .seconds(60))
      let clients = try (1...8).map { _ in try bench.client(to: address, workload: workload) }
      for client in clients { try client.begin() }
      sleep(.milliseconds(100))
      for client in clients {
        let requests = try client.finish().requests
        #expect(!requests.isEmpty && requests.allSatisfy { $0.answeredAt != nil })
      }
      try server.quit()
    }
  }
}
