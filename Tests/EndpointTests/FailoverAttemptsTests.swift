import EndpointProtocol
import Model
import Testing

@testable import Endpoint

@Suite("The attempts of a failover")
struct FailoverAttemptsTests {
  static let start = Instant(nanoseconds: 1_000_000_000)

  /// The waits before the first attempts, if each attempt fails at once.
  static func waits(_ retry: FailoverPolicy.Retry, seed: UInt64 = 0, client: Int = 0, count: Int = 12) -> [Duration] {
    var attempts = FailoverAttempts(FailoverPolicy(target: .backup, retry: retry), seed: seed, client: client)
    var now = start
    return (0..<count).map { _ in
      let next = attempts.next(after: now)
      defer { now = next }
      attempts.start(at: next)
      attempts.fail()
      return next - now
    }
  }

  @Test("immediate starts at once, and then at most every 10 ms")
  func immediate() {
    #expect(Self.waits(.immediate, count: 4) == [.zero, .milliseconds(10), .milliseconds(10), .milliseconds(10)])
    var attempts = FailoverAttempts(FailoverPolicy(target: .backup), seed: 0, client: 0)
    attempts.start(at: Self.start)
    #expect(attempts.next(after: Self.start + .milliseconds(4)) == Self.start + .milliseconds(10))
    #expect(attempts.next(after: Self.start + .seconds(2)) == Self.start + .seconds(2))
  }

  @Test("a backoff doubles up to its longest wait, and stays there")
  func backoff() {
    let retry = FailoverPolicy.Retry.backoff(initial: .milliseconds(100), longest: .seconds(1), jitter: 0)
    #expect(
      Self.waits(retry, count: 6)
        == [.milliseconds(100), .milliseconds(200), .milliseconds(400), .milliseconds(800), .seconds(1), .seconds(1)])
    #expect(Self.waits(retry, count: 3000).last == .seconds(1))
  }

  @Test("full jitter fills the whole wait, half jitter its upper half", arguments: [1, 0.5])
  func jitter(jitter: Double) {
    let retry = FailoverPolicy.Retry.backoff(initial: .seconds(1), longest: .seconds(1), jitter: jitter)
    let waits = (0..<2000).map { Self.waits(retry, client: $0, count: 1)[0].inSeconds }
    #expect(waits.allSatisfy { $0 > 1 - jitter - 1e-9 && $0 <= 1 })
    // Ten equal parts of the range, 200 expected in each: six standard deviations are 81.
    var counts = Array(repeating: 0, count: 10)
    for wait in waits { counts[min(9, Int((1 - wait) / jitter * 10))] += 1 }
    #expect(counts.allSatisfy { (119...281).contains($0) })
  }

  @Test("the same seed gives the same waits, another seed or another client gives others")
  func deterministic() {
    let retry = FailoverPolicy.Retry.backoff(initial: .milliseconds(100), longest: .seconds(60), jitter: 1)
    let waits = Self.waits(retry, seed: 7, client: 3)
    #expect(waits == Self.waits(retry, seed: 7, client: 3))
    #expect(waits != Self.waits(retry, seed: 8, client: 3))
    #expect(waits != Self.waits(retry, seed: 7, client: 4))
    #expect(Self.waits(retry, seed: .max) == Self.waits(retry, seed: .max), "any seed will do")
  }

  @Test("twenty failures are reported")
  func told() {
    var attempts = FailoverAttempts(FailoverPolicy(target: .backup), seed: 0, client: 0)
    for number in 1...30 {
      attempts.fail()
      #expect(attempts.isWorthTelling == (number <= 20))
    }
    #expect(attempts.failures == 30)
  }

  @Test(
    "an invalid policy is refused",
    arguments: [
      FailoverPolicy(target: .server, attemptTimeout: .zero),
      FailoverPolicy(target: .server, retry: .backoff(initial: .zero, longest: .seconds(1), jitter: 0)),
      FailoverPolicy(target: .server, retry: .backoff(initial: .seconds(2), longest: .seconds(1), jitter: 0)),
      FailoverPolicy(target: .server, retry: .backoff(initial: .seconds(1), longest: .seconds(1), jitter: 1.5)),
      FailoverPolicy(target: .backup),
    ])
  func refused(policy: FailoverPolicy) async throws {
    try await onThread { bench in
      let (_, address) = try bench.server()
      let client = try bench.start(.client)
      try client.send(
        .open(ClientTask(server: address, watching: Watch(settings: .none), workload: .idle, failover: policy)))
      #expect(try client.failed().stage == "open")
    }
  }
}
