import EndpointProtocol
import LinuxSystem
import Model
import Testing

@testable import Endpoint

@Suite("What drivers remember")
struct DriverTests {
  static func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

  private func answer(_ sequence: UInt32, load: UInt16 = 0) -> DetectorInput {
    .answer(Frame(kind: .heartbeatAnswer, sequence: sequence, sentAt: Self.at(0), serverLoad: load))
  }

  @Test("the estimate at any past time is known")
  func estimates() {
    var history = EstimateHistory()
    #expect(history.estimate(at: Self.at(1)) == nil)
    for time in Int64(1)...5000 {
      history.add(ArrivalEstimate(interval: .milliseconds(time)), at: Self.at(time * 10))
    }
    #expect(history.estimate(at: Self.at(49_995))?.interval == .milliseconds(4999))
    #expect(history.estimate(at: Self.at(50_000))?.interval == .milliseconds(5000))
    #expect(history.estimate(at: Self.at(99_999))?.interval == .milliseconds(5000))
    #expect(history.estimate(at: Self.at(41_000))?.interval == .milliseconds(4100), "a thousand are kept")
  }

  @Test("after a loop has skipped heartbeats, the next answers do not look late")
  func stalledLoop() throws {
    var driver = ChenDriver(
      settings: ChenSettings(interval: .milliseconds(100), margin: .milliseconds(20), window: 10))
    driver.begin(at: Self.at(1000))
    for (sequence, due) in [(UInt32(0), Int64(1000)), (1, 1100), (2, 1500), (3, 1600)] {
      driver.learn(.sent(sequence: sequence, due: Self.at(due)), at: Self.at(due))
      driver.learn(answer(sequence), at: Self.at(due + 4))
      #expect(driver.arrivals?.nextArrival == Self.at(due + 104))
    }
    // The deadline is the margin later, and an answer to a heartbeat that was never sent changes nothing.
    driver.learn(answer(77), at: Self.at(1650))
    #expect(driver.deadline(lastAnswer: nil, oldestRequest: nil)?.at == Self.at(1724))
  }

  @Test("the check under way at an instant is known afterwards")
  func attempts() {
    var driver = ConnectDriver(settings: ConnectSettings(interval: .seconds(1), timeout: .seconds(3)))
    #expect(driver.connectingSince(Self.at(5)) == nil)
    driver.learn(.attemptStarted, at: Self.at(1000))
    #expect(
      driver.deadline(lastAnswer: nil, oldestRequest: nil) == Deadline(at: Self.at(4000), signal: .connectTimeout))
    driver.learn(.attemptSucceeded, at: Self.at(1200))
    #expect(driver.deadline(lastAnswer: nil, oldestRequest: nil) == nil)
    driver.learn(.attemptStarted, at: Self.at(2000))
    driver.learn(.attemptFailed(.errno("ECONNREFUSED")), at: Self.at(2001))
    #expect(
      driver.deadline(lastAnswer: nil, oldestRequest: nil)
        == Deadline(at: Self.at(2001), signal: .errno("ECONNREFUSED")))
    #expect(driver.connectingSince(Self.at(999)) == nil)
    #expect(driver.connectingSince(Self.at(1100)) == Self.at(1000))
    #expect(driver.connectingSince(Self.at(1200)) == nil)
    #expect(driver.connectingSince(Self.at(2000)) == Self.at(2000))
    #expect(driver.connectingSince(Self.at(3000)) == nil)
  }

  @Test("one answer with less load restarts the count")
  func overload() {
    var driver = OverloadDriver(
      settings: OverloadSettings(interval: .seconds(1), threshold: 0.8, samples: 3, timeout: .seconds(5)))
    driver.begin(at: Self.at(0))
    let loads: [UInt16] = [900, 800, 799, 800, 1000, 800, 900]
    var signals: [Signal?] = []
    for (index, load) in loads.enumerated() {
      let now = Self.at(Int64(index) * 1000)
      driver.learn(answer(UInt32(index), load: load), at: now)
      signals.append(driver.deadline(lastAnswer: now, oldestRequest: nil).flatMap { $0.at <= now ? $0.signal : nil })
    }
    #expect(signals == [nil, nil, nil, nil, nil, .overloaded, .overloaded])
    #expect(driver.deadline(lastAnswer: Self.at(6000), oldestRequest: nil)?.at == Self.at(5000), "since the third")
  }

  @Test("an adaptive heartbeat's deadline follows the oldest ping without an answer")
  func adaptive() {
    var driver = AdaptiveDriver(
      settings: AdaptiveSettings(
        from: .seconds(1), to: .seconds(9), step: .seconds(1), successes: 1, timeout: .seconds(5)))
    driver.begin(at: Self.at(0))
    #expect(driver.deadline(lastAnswer: nil, oldestRequest: nil) == nil)
    driver.learn(.sent(sequence: 0, due: Self.at(0)), at: Self.at(2))
    #expect(driver.heartbeats?.next == Self.at(1002), "the silence is a whole interval, however late the ping")
    #expect(driver.deadline(lastAnswer: nil, oldestRequest: nil)?.at == Self.at(5002))
    driver.learn(answer(0), at: Self.at(10))
    #expect(driver.deadline(lastAnswer: nil, oldestRequest: nil) == nil)
    #expect(driver.takeLearned() == nil, "there was no silence before the first ping")
    driver.learn(.sent(sequence: 1, due: Self.at(1002)), at: Self.at(1002))
    driver.learn(answer(1), at: Self.at(1010))
    #expect(driver.takeLearned() == .seconds(1))
    #expect(driver.takeLearned() == nil)
    #expect(driver.heartbeats?.next == Self.at(3002))
    #expect(driver.heartbeats?.first(notBefore: Self.at(500)) == Self.at(1002), "as it was before it grew")
    let withoutPing = driver.reopens(at: Self.at(2000))
    #expect(!withoutPing, "no interval was tried")
    driver.learn(.sent(sequence: 2, due: Self.at(3000)), at: Self.at(3000))
    let reopens = driver.reopens(at: Self.at(8000))
    #expect(reopens)
    #expect(driver.arrivals?.interval == .seconds(1))
    #expect(driver.deadline(lastAnswer: nil, oldestRequest: nil)?.at == Self.at(13_000))
    let again = driver.reopens(at: Self.at(13_000))
    #expect(!again, "the new connection was not answered either")
  }

  @Test("a path that was lost before the beginning counts as lost from the beginning")
  func monitors() {
    var link: any DetectorDriver = LinkMonitorDriver()
    link.learn(.pathLost, at: Self.at(5))
    link.begin(at: Self.at(100))
    link.learn(.pathLost, at: Self.at(200))
    #expect(link.deadline(lastAnswer: nil, oldestRequest: nil) == Deadline(at: Self.at(100), signal: .carrierLost))
    link.learn(.pathRestored, at: Self.at(300))
    #expect(link.deadline(lastAnswer: nil, oldestRequest: nil) == nil)
    var route: any DetectorDriver = RouteMonitorDriver()
    route.begin(at: Self.at(100))
    route.learn(.pathLost, at: Self.at(200))
    #expect(route.deadline(lastAnswer: nil, oldestRequest: nil) == Deadline(at: Self.at(200), signal: .routeLost))
  }

  @Test("an ICMP error of a datagram is recorded")
  func datagramErrors() throws {
    let peer = try TestPeer(datagrams: false)
    let loop = try EventLoop()
    let channel = try DatagramChannel(to: SocketAddress(peer.address, stage: "test"), on: loop)
    for sequence in UInt32(0)..<3 {
      #expect(channel.send(Frame(kind: .heartbeat, sequence: sequence, sentAt: now())).isEmpty)
      if let ready = try loop.wait(until: now() + .seconds(2)).ready.first { #expect(channel.serve(ready).isEmpty) }
    }
    #expect(channel.errors["ECONNREFUSED", default: 0] >= 3)
  }
}
