import Endpoint
import EndpointProtocol
import Model
import TestSupport
import Testing

@Suite("Detectors that learn")
struct LearningTests {
  @Test("phi-accrual declares when phi crosses its threshold")
  func phiAccrual() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let settings = PhiAccrualSettings(
        interval: .milliseconds(50), threshold: 3, window: 100, minDeviation: .milliseconds(150))
      let client = try bench.observer(of: address, by: .phiAccrual(settings))
      let lateness = try Lateness.measure()
      sleep(.milliseconds(500))
      try server.saturate()
      let declaration = try client.declared()
      #expect(declaration.signal == .missedHeartbeats)
      let state = try client.mark(declaration.at)
      let (last, arrivals) = (try #require(state.lastAnswer), try #require(state.arrivals))
      let (mean, deviation) = (try #require(arrivals.mean), try #require(arrivals.deviation))
      #expect(deviation >= settings.minDeviation)
      // One arrival in a thousand is later than 3.0902 deviations.
      let crossing = last + mean + Duration(seconds: 3.090232306 * deviation.inSeconds)
      #expect(declaration.at >= crossing - .microseconds(1))
      #expect(declaration.at < crossing + lateness.allowance)
    }
  }

  @Test("chen declares at the freshness point")
  func chen() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let settings = ChenSettings(interval: .milliseconds(50), margin: .milliseconds(400), window: 10)
      let client = try bench.observer(of: address, by: .chen(settings))
      let lateness = try Lateness.measure()
      sleep(.milliseconds(500))
      try server.saturate()
      let declaration = try client.declared()
      #expect(declaration.signal == .missedHeartbeats)
      let state = try client.mark(declaration.at)
      let next = try #require(state.arrivals?.nextArrival)
      #expect(next > (try #require(state.lastAnswer)) - settings.interval)
      #expect(declaration.at >= next + settings.margin)
      #expect(declaration.at < next + settings.margin + lateness.allowance)
    }
  }

  @Test("the estimate at t0 is reported, not a later one")
  func mark() async throws {
    try await onThread { bench in
      let (_, address) = try bench.server()
      let settings = ChenSettings(interval: .milliseconds(50), margin: .seconds(60), window: 10)
      let client = try bench.observer(of: address, by: .chen(settings))
      let lateness = try Lateness.measure()
      sleep(.milliseconds(200))
      let t0 = now()
      sleep(.milliseconds(300))
      let (then, later) = (try client.mark(t0), try client.mark(now()))
      let (first, second) = (try #require(then.arrivals?.nextArrival), try #require(later.arrivals?.nextArrival))
      #expect(second > first)
      #expect(first < t0 + .milliseconds(50) + lateness.allowance)
    }
  }

  /// Tolerates 200 and 400 ms of silence, but not 600.
  private static let adaptive = AdaptiveSettings(
    from: .milliseconds(200), to: .seconds(2), step: .milliseconds(200), successes: 1, timeout: .milliseconds(500))

  /// What a NAT does with a forgotten connection, and how the heartbeats are carried.
  enum Forgetting: Sendable, CaseIterable { case silence, reset, silenceToDatagrams }

  @Test(
    "an adaptive heartbeat finds the longest interval that the path tolerates, and reopens the connection on the way",
    arguments: Forgetting.allCases)
  func adaptive(forgetting: Forgetting) async throws {
    try await onThread { bench in
      let peer = try TestPeer()
      peer.change {
        $0.forgetsAfter = .milliseconds(500)
        $0.resetsForgotten = forgetting == .reset
      }
      var settings = Self.adaptive
      if forgetting == .silenceToDatagrams { settings.pinging.transport = .udp }
      let client = try bench.observer(of: peer.address, by: .adaptive(settings))
      #expect(try client.learned() == .milliseconds(200))
      #expect(try client.mark(now()).arrivals?.interval == .milliseconds(400))
      #expect(try client.learned() == .milliseconds(400))
      _ = try client.readyAgain()
      #expect(try client.learned() == .milliseconds(400))
      #expect(peer.now.connections == 2)
      let state = try client.mark(now())
      #expect(state.arrivals?.interval == .milliseconds(400))
      #expect(client.isSilent(for: .milliseconds(900)), "it keeps the interval that it found")
      peer.change { $0.answersHeartbeats = false }
      #expect(try client.declared().signal == .missedHeartbeats)
      #expect(peer.now.connections == 2, "an interval that was found good does not count as the cause")
    }
  }

  @Test("an adaptive heartbeat declares a peer dead that does not answer on a new connection either")
  func adaptiveDead() async throws {
    try await onThread { bench in
      let peer = try TestPeer()
      let client = try bench.observer(of: peer.address, by: .adaptive(Self.adaptive))
      #expect(try client.learned() == .milliseconds(200))
      peer.change { $0.answersHeartbeats = false }
      let silent = now()
      _ = try client.readyAgain()
      let declaration = try client.declared()
      #expect(declaration.signal == .missedHeartbeats)
      #expect(declaration.at >= silent + Self.adaptive.timeout * 2)
      #expect(try client.finish().requests.isEmpty)
    }
  }

  @Test("an adaptive heartbeat's server that is gone refuses the new connection")
  func adaptiveGone() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let client = try bench.observer(of: address, by: .adaptive(Self.adaptive))
      _ = try client.learned()
      try server.send(.quit)
      #expect(try client.declared().signal == .errno("ECONNRESET"), "no ping was unanswered")
    }
  }

  @Test("load is declared after the set number of answers in a row")
  func overload() async throws {
    try await onThread { bench in
      let peer = try TestPeer()
      let settings = OverloadSettings(
        interval: .milliseconds(50), threshold: 0.8, samples: 3, timeout: .seconds(60))
      let client = try bench.observer(of: peer.address, by: .overload(settings))
      peer.change { $0.load = 799 }
      #expect(client.isSilent(for: .milliseconds(400)))
      peer.change { $0.load = 800 }
      let loaded = now()
      let declaration = try client.declared()
      #expect(declaration.signal == .overloaded)
      // Two whole intervals lie between the first and the third answer that may report it; a late loop may shorten them.
      #expect(declaration.at >= loaded + settings.interval)
    }
  }
}
