import EndpointProtocol
import Lab
import Model
import Synchronization
import Testing

@testable import Campaign

@Suite("The events of an endpoint")
struct RunningEndpointTests {
  /// One that nothing is heard of but what a test delivers.
  private func endpoint() -> RunningEndpoint {
    let pool = EndpointPool(executable: "/nonexistent", keeps: false)
    return RunningEndpoint(named: "test", process: EndpointProcess(executable: "/nonexistent"), from: pool)
  }

  private func instant(_ event: Event) -> Instant? {
    if case .recovered(let at) = event { at } else { nil }
  }

  @Test("an event that came before it is asked for is found, and one that comes later is waited for")
  func waiting() async throws {
    let endpoint = endpoint()
    await endpoint.deliver(.recovered(at: Instant(nanoseconds: 1)))
    #expect(try await endpoint.first(by: .now + .seconds(5), instant) == Instant(nanoseconds: 1))
    async let later = endpoint.first(by: .now + .seconds(5)) { if case .failedOver(let at) = $0 { at } else { nil } }
    await endpoint.deliver(.failedOver(at: Instant(nanoseconds: 2)))
    #expect(try await later == Instant(nanoseconds: 2))
  }

  @Test("who waits looks at every event once, however many there are")
  func once() async throws {
    let endpoint = endpoint()
    let looks = Mutex(0)
    await endpoint.deliver(.started(at: Instant(nanoseconds: 0)))
    async let last = endpoint.first(by: .now + .seconds(60)) { event in
      looks.withLock { $0 += 1 }
      return self.instant(event)
    }
    while looks.withLock({ $0 == 0 }) { await Task.yield() }
    for number in 1...5000 {
      await endpoint.deliver(.request(sentAt: Instant(nanoseconds: Int64(number)), answeredAt: nil))
    }
    await endpoint.deliver(.recovered(at: Instant(nanoseconds: 1)))
    #expect(try await last == Instant(nanoseconds: 1))
    #expect(looks.withLock { $0 } == 5002)
    #expect(await endpoint.events.count == 5002)
  }

  @Test("nothing by the deadline is nil, and the past is no reason to wait")
  func deadline() async throws {
    #expect(try await endpoint().first(by: .now - .seconds(1), instant) == nil)
    #expect(try await endpoint().first(by: .now + .milliseconds(20), instant) == nil)
  }

  @Test("a failure that the endpoint reports, and its end, are errors with their stage")
  func failures() async {
    let failing = endpoint()
    await failing.deliver(.failed(stage: "connect", message: "refused"))
    await #expect(throws: CampaignError(.endpoint, stage: "connect", "refused")) {
      try await failing.first(by: .now + .seconds(5), instant)
    }
    let ended = endpoint()
    let waiting = Task { try await ended.first(by: .now + .seconds(5)) { self.instant($0) } }
    await ended.close(CampaignError(.endpoint, stage: "run the client", "it ended"))
    await #expect(throws: CampaignError.self) { try await waiting.value }
  }

  @Test("lines are cut out of chunks wherever those break")
  func lines() {
    var splitter = LineSplitter()
    #expect(splitter.split(Array("one\ntw".utf8)) == ["one"])
    #expect(splitter.split(Array("o".utf8)).isEmpty)
    #expect(splitter.split(Array("\n\nthree\n".utf8)) == ["two", "", "three"])
  }
}
