import Endpoint
import EndpointProtocol
import Model
import Testing

@Suite("How heartbeats are carried")
struct HeartbeatTransportTests {
  /// Every mechanism that sends heartbeats, patient enough for a loaded machine.
  static func all(_ pinging: Pinging) -> [DetectorSettings] {
    let interval = Duration.milliseconds(40)
    let timeout = Duration.milliseconds(600)
    return [
      .heartbeat(HeartbeatSettings(interval: interval, timeout: timeout, pinging: pinging)),
      .phiAccrual(
        PhiAccrualSettings(
          interval: interval, threshold: 3, window: 50, minDeviation: .milliseconds(200), pinging: pinging)),
      .chen(ChenSettings(interval: interval, margin: timeout, window: 50, pinging: pinging)),
      .adaptive(
        AdaptiveSettings(
          from: interval, to: interval, step: interval, successes: 1, timeout: timeout, pinging: pinging)),
      .overload(
        OverloadSettings(interval: interval, threshold: 0.9, samples: 3, timeout: timeout, pinging: pinging)),
    ]
  }

  @Test("datagrams are answered, counted as signs of life, and missed", arguments: all(Pinging(transport: .udp)))
  func datagrams(settings: DetectorSettings) async throws {
    try await onThread { bench in
      let peer = try TestPeer()
      let client = try bench.observer(of: peer.address, by: settings)
      if case .adaptive = settings { #expect(try client.learned() == .milliseconds(40)) }
      sleep(.milliseconds(300))
      let alive = try client.mark(now())
      #expect(alive.lastAnswer != nil)
      #expect(try #require(alive.nextHeartbeat) > now() - .seconds(3))
      #expect(peer.now.datagrams >= 2)
      peer.change { $0.answersHeartbeats = false }
      let silent = now()
      let declaration = try client.declared()
      #expect(declaration.signal == .missedHeartbeats)
      #expect(declaration.at > silent)
    }
  }

  @Test("an ICMP error does not declare the peer dead: only the missing answers do")
  func portUnreachable() async throws {
    try await onThread { bench in
      let peer = try TestPeer(datagrams: false)
      let timeout = Duration.milliseconds(400)
      let client = try bench.start(.client)
      let settings = HeartbeatSettings(
        interval: .milliseconds(50), timeout: timeout, pinging: Pinging(transport: .udp))
      _ = try client.open(
        ClientTask(server: peer.address, watching: Watch(settings: .heartbeat(settings)), workload: .idle))
      let start = try client.begin()
      let declaration = try client.declared()
      #expect(declaration.signal == .missedHeartbeats)
      #expect(declaration.at >= start + timeout)
    }
  }

  @Test("a deep heartbeat asks to pass through the worker, a shallow one does not", arguments: Pinging.Depth.allCases)
  func depth(depth: Pinging.Depth) async throws {
    try await onThread { bench in
      let peer = try TestPeer()
      let settings = HeartbeatSettings(
        interval: .milliseconds(20), timeout: .seconds(60), pinging: Pinging(depth: depth))
      let client = try bench.observer(of: peer.address, by: .heartbeat(settings))
      sleep(.milliseconds(200))
      #expect(try client.mark(now()).lastAnswer != nil)
      #expect(peer.now.datagrams == 0)
      #expect((peer.now.heartbeatsThroughWorker > 0) == (depth == .worker))
    }
  }
}
