import Endpoint
import EndpointProtocol
import Glibc
import Model
import TestSupport
import Testing

@Suite("Noticing a dead peer")
struct DetectionTests {
  @Test("a heartbeat declares a saturated server dead when the last answer is as old as its timeout")
  func heartbeat() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let timeout = Duration.milliseconds(400)
      let client = try bench.client(
        to: address, settings: .heartbeat(HeartbeatSettings(interval: .milliseconds(50), timeout: timeout)))
      let lateness = try Lateness.measure()
      let start = try client.begin()
      sleep(.milliseconds(300))
      let fault = try server.saturate()
      let declaration = try client.declared()
      #expect(declaration.signal == .missedHeartbeats)
      let state = try client.mark(declaration.at)
      let last = try #require(state.lastAnswer)
      #expect(last > start)
      #expect(last < fault.after + lateness.allowance)
      #expect(declaration.at - last >= timeout)
      #expect(declaration.at - last < timeout + lateness.allowance)
      #expect(state.nextHeartbeat == nil, "the detector is off after the declaration")
    }
  }

  @Test("a heartbeat never answered counts from the beginning")
  func neverAnswered() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let timeout = Duration.milliseconds(200)
      let client = try bench.client(
        to: address, settings: .heartbeat(HeartbeatSettings(interval: .milliseconds(100), timeout: timeout)))
      try server.saturate()
      let lateness = try Lateness.measure()
      let start = try client.begin()
      let declaration = try client.declared()
      #expect(declaration.at >= start + timeout)
      #expect(declaration.at < start + timeout + lateness.allowance)
      #expect(try client.mark(declaration.at).lastAnswer == nil, "answers to requests are no heartbeats")
    }
  }

  @Test("a request's timeout declares a saturated server dead when the oldest request is that old")
  func requestTimeout() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let timeout = Duration.milliseconds(300)
      let client = try bench.client(
        to: address, settings: .requestTimeout(RequestTimeoutSettings(timeout: timeout)),
        workload: .requests(every: .milliseconds(50), timeout: .milliseconds(100)))
      let lateness = try Lateness.measure()
      try client.begin()
      sleep(.milliseconds(200))
      try server.saturate()
      let declaration = try client.declared()
      #expect(declaration.signal == .requestTimeout)
      let oldest = try #require(try client.mark(declaration.at).oldestUnansweredRequest)
      #expect(declaration.at - oldest >= timeout)
      #expect(declaration.at - oldest < timeout + lateness.allowance)
    }
  }

  @Test(
    "a server that ends its connections is noticed without any mechanism, and by every mechanism",
    arguments: [
      DetectorSettings.none,
      .keepalive(KeepaliveSettings(idle: .seconds(60), interval: .seconds(60), probes: 3)),
      .heartbeat(HeartbeatSettings(interval: .milliseconds(50), timeout: .seconds(60))),
      .requestTimeout(RequestTimeoutSettings(timeout: .seconds(60))),
    ])
  func reset(settings: DetectorSettings) async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let client = try bench.client(to: address, settings: settings)
      try client.begin()
      sleep(.milliseconds(50))
      try server.send(.quit)
      #expect(try client.declared().signal == .errno("ECONNRESET"))
    }
  }

  @Test("a reset is noticed before the measurement begins, too")
  func resetBeforeBegin() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let client = try bench.client(to: address)
      server.endInput()
      #expect(try client.declared().signal == .errno("ECONNRESET"))
      try client.begin()
      #expect(try client.finish().requests.isEmpty)
    }
  }

  @Test("a killed server's kernel closes the connection", .needsEndpointProgram)
  func killed() async throws {
    try await onThread { bench in
      let server = try bench.spawn(.server)
      let process = try #require(server.process)
      let client = try bench.client(to: try server.listen())
      let start = try client.begin()
      // A request that the server has not read yet would turn the close into a reset.
      for _ in 0..<1000 {
        if let answer = try client.mark(now()).lastAnswer, answer > start { break }
        sleep(.milliseconds(5))
      }
      kill(process, SIGKILL)
      #expect(try client.declared().signal == .endOfFile)
      #expect(try TestChild.exitStatus(of: process) == -SIGKILL)
    }
  }

  @Test("a server that is relieved in time is not declared dead, and its first answer proves the recovery")
  func survived() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let client = try bench.client(
        to: address, settings: .heartbeat(HeartbeatSettings(interval: .milliseconds(50), timeout: .seconds(60))))
      try client.begin()
      sleep(.milliseconds(100))
      let fault = try server.saturate()
      sleep(.milliseconds(200))
      let heal = try server.relieve()
      #expect(heal.cpuTime > .zero)
      try client.send(.healed(at: heal.after))
      #expect(try client.recovered() > heal.after)
      #expect(try client.mark(fault.after).lastAnswer != nil)
      #expect(client.isSilent(for: .milliseconds(300)), "recovered is reported once")
    }
  }

  @Test("an idle connection sends one request to prove that it recovered")
  func idleRecovery() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let client = try bench.client(to: address)
      try client.begin()
      sleep(.milliseconds(50))
      for _ in 1...2 {
        try server.saturate()
        let heal = try server.relieve()
        try client.send(.healed(at: heal.after))
        #expect(try client.recovered() > heal.after)
      }
      #expect(try client.finish().requests.isEmpty, "it is no request of the workload")
    }
  }

  @Test("a heal is proven at once, however rare the heartbeats")
  func rareHeartbeats() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let client = try bench.client(
        to: address, settings: .heartbeat(HeartbeatSettings(interval: .seconds(3600), timeout: .seconds(7200))))
      try client.begin()
      sleep(.milliseconds(50))
      try server.saturate()
      let heal = try server.relieve()
      try client.send(.healed(at: heal.after))
      #expect(try client.recovered() > heal.after)
    }
  }

  @Test("the state at t0 is what was known at t0")
  func mark() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let every = Duration.milliseconds(100)
      let client = try bench.client(
        to: address, settings: .heartbeat(HeartbeatSettings(interval: .milliseconds(70), timeout: .seconds(60))),
        workload: .requests(every: every, timeout: .seconds(1)))
      let start = try client.begin()
      sleep(.milliseconds(350))
      let t0 = start + .milliseconds(250)
      let state = try client.mark(t0)
      let last = try #require(state.lastAnswer)
      #expect(last <= t0)
      #expect(last >= start)
      #expect(state.oldestUnansweredRequest == nil)
      #expect(state.nextRequest == start + .milliseconds(300))
      #expect(state.nextHeartbeat == start + .milliseconds(280))
      let fault = try server.saturate()
      sleep(every * 3)
      let oldest = try #require(try client.mark(now()).oldestUnansweredRequest)
      #expect(oldest > fault.before - every)
    }
  }
}
