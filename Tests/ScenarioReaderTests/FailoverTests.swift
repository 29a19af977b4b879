import Model
import ScenarioReader
import Testing

@Suite("Clients, their failover, and the servers' accept queues")
struct FailoverTests {
  @Test("without a word clients go to the backup at once, if there is one")
  func standard() throws {
    #expect(try read(scenario()).failover == FailoverPolicy(target: .backup))
    #expect(try read(scenario("topology: {}")).failover == nil)
    #expect(try read(scenario("failover: {}")) == (try read(scenario())))
  }

  @Test("every key is read")
  func keys() throws {
    let full = try read(
      scenario(
        "clients: 200", "acceptQueue: 16",
        "failover: {to: server, policy: backoff, initial: 50ms, longest: 1s, jitter: 50%, attemptTimeout: 500ms}"))
    #expect(full.clients == 200)
    #expect(full.acceptQueue == 16)
    #expect(
      full.failover
        == FailoverPolicy(
          target: .server, retry: .backoff(initial: .milliseconds(50), longest: .seconds(1), jitter: 0.5),
          attemptTimeout: .milliseconds(500)))
    #expect(
      try read(scenario("topology: {}", "failover: {policy: backoff}")).failover
        == FailoverPolicy(
          target: .server, retry: .backoff(initial: .milliseconds(100), longest: .seconds(5), jitter: 1),
          attemptTimeout: .seconds(2)))
  }

  @Test("a backup that does not exist")
  func backup() {
    expectError(
      scenario("topology: {}", "failover: {to: backup}"), "10:16", .topology,
      "there is no backup server to fail over to")
    #expect(errors(in: scenario("topology: {}", "failover: {to: server}", "expect: [{failover: 5s}]")) == [])
  }

  @Test("settings of a wait without one, or a wait that shrinks")
  func backoff() {
    for (setting, column) in [("initial: 1s", 12), ("longest: 9s", 12), ("jitter: 10%", 12)] {
      expectError(
        scenario("failover: {\(setting)}"), "10:\(column)", .contradiction, "without `policy: backoff`")
    }
    expectError(
      scenario("failover: {policy: backoff, initial: 6s}"), "10:38", .contradiction,
      "the longest wait of 5s is below the first of 6s")
  }

  @Test("values out of range, and unknown words")
  func values() {
    for text in ["clients: 0", "clients: 1001"] { expectError(scenario(text), "10:10", .outOfRange, "from 1 to 1000") }
    for text in ["acceptQueue: 0", "acceptQueue: 4097"] {
      expectError(scenario(text), "10:14", .outOfRange, "from 1 to 4096")
    }
    expectError(scenario("failover: {to: bakup}"), "10:16", .unknownWord, "did you mean `backup`?")
    expectError(scenario("failover: {policy: slow}"), "10:20", .unknownWord, "(expected immediate or backoff)")
    expectError(scenario("failover: {policy: backoff, jitter: 101%}"), "10:37", .outOfRange)
    expectError(scenario("failover: {attemptTimeout: 0s}"), "10:28", .outOfRange)
    expectError(scenario("failover: backup"), "10:11", .wrongType, "found `backup`")
    expectError(scenario("acceptqueue: 9"), "10:1", .unknownKey, "did you mean `acceptQueue`?")
  }
}
