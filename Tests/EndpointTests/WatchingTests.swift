import Endpoint
import EndpointProtocol
import Model
import Testing

@Suite("Suspecting a peer, and ending the suspicion")
struct WatchingTests {
  @Test(
    "every heartbeat mechanism suspects a server that does not answer, and ends the suspicion when it answers",
    arguments: HeartbeatTransportTests.all(Pinging()).filter { $0.mechanism.canWatch })
  func heartbeats(settings: DetectorSettings) async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let client = try bench.observer(of: address, by: settings, mode: .watch)
      sleep(.milliseconds(200))
      for _ in 1...2 {
        let fault = try server.saturate()
        let suspicion = try client.suspected()
        #expect(suspicion.signal == .missedHeartbeats)
        #expect(suspicion.at > fault.before)
        #expect(client.isSilent(for: .milliseconds(200)), "a suspicion is reported once")
        let heal = try server.relieve()
        #expect(try client.trusted() > suspicion.at)
        try client.send(.healed(at: heal.after))
        #expect(try client.recovered() > heal.after)
      }
      #expect(try client.finish().requests.isEmpty)
    }
  }

  @Test("a request's timeout suspects the server, and its answers end the suspicion")
  func requests() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let timeout = Duration.milliseconds(600)
      let client = try bench.observer(
        of: address, by: .requestTimeout(RequestTimeoutSettings(timeout: timeout)), mode: .watch,
        workload: .requests(every: .milliseconds(50), timeout: .seconds(60)))
      sleep(.milliseconds(200))
      let fault = try server.saturate()
      let suspicion = try client.suspected()
      #expect(suspicion.signal == .requestTimeout)
      #expect(suspicion.at >= fault.before - .milliseconds(50) + timeout)
      try server.relieve()
      #expect(try client.trusted() > suspicion.at)
      let requests = try client.finish().requests
      #expect(!requests.isEmpty && requests.allSatisfy { $0.answeredAt != nil }, "the connection was kept")
    }
  }

  @Test("high load makes a server suspected as long as it lasts")
  func overload() async throws {
    try await onThread { bench in
      let peer = try TestPeer()
      let settings = OverloadSettings(
        interval: .milliseconds(40), threshold: 0.5, samples: 2, timeout: .milliseconds(700))
      let client = try bench.observer(of: peer.address, by: .overload(settings), mode: .watch)
      peer.change { $0.load = 900 }
      #expect(try client.suspected().signal == .overloaded)
      peer.change { $0.load = 100 }
      _ = try client.trusted()
      peer.change { $0.answersHeartbeats = false }
      #expect(try client.suspected().signal == .missedHeartbeats)
      peer.change { $0.answersHeartbeats = true }
      _ = try client.trusted()
    }
  }

  @Test("a connection that ends is declared, suspected or not", arguments: [false, true])
  func end(suspected: Bool) async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let settings = HeartbeatSettings(interval: .milliseconds(50), timeout: .milliseconds(500))
      let client = try bench.observer(of: address, by: .heartbeat(settings), mode: .watch)
      sleep(.milliseconds(100))
      if suspected {
        try server.saturate()
        _ = try client.suspected()
      }
      try server.send(.quit)
      #expect(try client.declared().signal == .errno("ECONNRESET"))
      #expect(client.isSilent(for: .milliseconds(200)))
    }
  }
}
