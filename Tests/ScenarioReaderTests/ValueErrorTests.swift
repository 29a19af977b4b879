import ScenarioReader
import Testing

@Suite("Wrong values")
struct ValueErrorTests {
  @Test("an unsupported version")
  func version() {
    expectError(scenario("version: 2"), "1:10", .unsupportedVersion, "version 2 is not supported (expected version 1)")
    expectError(scenario("version: '1'"), "1:10", .wrongType, "found `1`")
  }

  @Test("names with other characters", arguments: ["a/b", "ü", "'a,b'", "'a '", "' a'", "''", "'a:b'", "'=1+1'"])
  func names(name: String) {
    expectError(scenario("name: \(name)"), "2:7", .invalidName, "letters, digits, space")
    expectError(scenario("detectors: [none: {name: \(name)}]"), "5:26", .invalidName, "letters, digits, space")
  }

  @Test("a number, a flag or nothing where text is expected")
  func text() {
    expectError(scenario("name: 12"), "2:7", .wrongType, "found the number 12", "quote it")
    expectError(scenario("summary: true"), "10:10", .wrongType, "found `true`")
    expectError(scenario("name:"), "2:6", .wrongType, "found nothing")
    expectError(scenario("name: [a]"), "2:7", .wrongType, "found a list", "(expected text)")
  }

  @Test("a duration without unit, or with an unknown one")
  func units() {
    expectError(
      scenario("observe: 9"), "7:10", .missingUnit, "`9` has no unit", "such as 3s, 1500ms, 20us, 2m, 1h30m or 30d")
    expectError(scenario("observe: 0.5"), "7:10", .missingUnit)
    expectError(scenario("observe: '9'"), "7:10", .missingUnit)
    expectError(scenario("observe: 9sec"), "7:10", .missingUnit, "`sec` is not a unit of a duration")
    expectError(scenario("observe: 9 s"), "7:10", .wrongType, "`9 s` is not a duration")
    expectError(scenario("observe: 30s1m"), "7:10", .wrongType)
    expectError(scenario("observe: soon"), "7:10", .wrongType, "`soon` is not a duration")
    expectError(scenario("observe: {s: 9}"), "7:10", .wrongType, "found a mapping")
  }

  @Test("durations out of range")
  func durations() {
    expectError(scenario("observe: -9s"), "7:10", .outOfRange, "`-9s` is negative", "above 0")
    expectError(scenario("observe: 0s"), "7:10", .outOfRange, "above 0")
    expectError(scenario("observe: 0.0ms"), "7:10", .outOfRange)
    expectError(scenario("timeline: [{at: -1ms, inject: cable-pull}]"), "6:17", .outOfRange, "negative")
    expectError(scenario("observe: 0.5ns"), "7:10", .outOfRange, "decimals")
    expectError(scenario("observe: 1.0000000001s"), "7:10", .outOfRange, "decimals")
    for huge in ["9999h", "99999999999999999999s", "999999999999999999h"] {
      expectError(scenario("observe: \(huge)"), "7:10", .outOfRange)
    }
    expectError(
      scenario("workload: {requests: {every: 0s, timeout: 1s}}"), "4:30", .outOfRange, "above 0")
  }

  @Test("whole numbers out of range")
  func integers() {
    expectError(scenario("trials: 0"), "8:9", .outOfRange, "from 1 to 100000")
    expectError(scenario("trials: 100001"), "8:9", .outOfRange)
    expectError(scenario("trials: 99999999999999999999"), "8:9", .outOfRange)
    expectError(scenario("trials: 2.5"), "8:9", .wrongType, "found the number 2.5")
    expectError(scenario("trials: ten"), "8:9", .wrongType, "found `ten`")
    expectError(scenario("expect: [{false_alarms: -1}]"), "9:25", .outOfRange)
  }

  @Test("flags, percentages, rates and percentiles")
  func others() {
    expectError(scenario("topology: {backup: yes}"), "3:20", .wrongType, "found `yes` (expected true or false)")
    func cable(_ text: String) -> String { scenario("topology: {backup: true, cables: {server: {\(text)}}}") }
    expectError(cable("loss: 0.5"), "3:50", .missingUnit, "`0.5` has no unit", "such as 0.5%")
    expectError(cable("loss: 100%"), "3:50", .outOfRange)
    expectError(cable("loss: -1%"), "3:50", .outOfRange, "negative")
    expectError(cable("rate: 10"), "3:50", .missingUnit, "from 1kbit to 1000gbit")
    expectError(
      cable("rate: 10Mbps"), "3:50", .missingUnit, "`Mbps` is not a unit of a rate (expected bit, kbit, mbit or gbit)")
    expectError(cable("rate: 0mbit"), "3:50", .outOfRange)
    expectError(cable("jitter: 5ms"), "3:44", .contradiction, "`jitter` without `delay`")
    expectError(cable("delay: 5ms, jitter: 6ms"), "3:64", .contradiction, "negative")
    for percentile in ["0", "100", "-5"] {
      expectError(
        scenario("expect: [{percentile: \(percentile), within: 1s}]"), "9:23", .outOfRange, "above 0 and up to 99.997")
    }
    expectError(scenario("expect: [{percentile: p50, within: 1s}]"), "9:23", .wrongType)
  }

  @Test("words that are unknown, with the valid ones")
  func words() {
    expectError(
      scenario("timeline: [{at: 3s, inject: cable-pul}]"), "6:29", .unknownWord,
      "unknown fault `cable-pul`; did you mean `cable-pull`? (expected cable-pull, interface-down, blackhole,"
    )
    expectError(
      scenario("detectors: [ping: {}]"), "5:13", .unknownWord, "unknown mechanism `ping`",
      "(expected none, keepalive, user-timeout, retransmission, connect, heartbeat, request-timeout, phi-accrual, chen, "
        + "adaptive, overload, link-monitor or route-monitor)")
    expectError(
      scenario("timeline: [{at: 3s, inject: cable-pull, cable: sever}]"), "6:48", .unknownWord,
      "unknown cable `sever`; did you mean `server`? (expected client, server or backup)")
    expectError(
      scenario("topology: {path: natted, backup: true}"), "3:18", .unknownWord, "(expected direct, routed or nat)")
    expectError(scenario("topology: {family: ipv5, backup: true}"), "3:20", .unknownWord, "(expected ipv4 or ipv6)")
    expectError(scenario("workload: busy"), "4:11", .unknownWord, "unknown workload `busy`")
    expectError(scenario("workload: requests"), "4:11", .unknownWord, "`requests` lacks its settings")
    expectError(scenario("expect: [{outcome: dead}]"), "9:20", .unknownWord, "(expected detected, late, survived")
    expectError(
      scenario("expect: [{outcome: missed, observer: both}]"), "9:38", .unknownWord, "(expected client or server)")
    expectError(
      scenario("timeline: [{at: 3s, inject: cpu-saturation, mode: stal}]"), "6:51", .unknownWord,
      "unknown mode `stal`; did you mean `stall`? (expected busy-loop, starved, stall or worker)")
    expectError(
      scenario("timeline: [{at: 3s, inject: blackhole, direction: out}]"), "6:51", .unknownWord,
      "to-server or to-client")
  }

  @Test("lists that are none, or empty")
  func lists() {
    expectError(scenario("detectors: none"), "5:12", .wrongType, "found `none` (expected a list of detectors)")
    expectError(scenario("detectors: []"), "5:12", .outOfRange, "the list is empty")
    expectError(scenario("timeline: []"), "6:11", .outOfRange, "the list is empty")
    expectError(scenario("timeline: [cable-pull]"), "6:12", .wrongType, "found `cable-pull`")
  }
}
