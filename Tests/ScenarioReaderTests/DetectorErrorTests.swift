import ScenarioReader
import Testing

@Suite("Wrong detectors")
struct DetectorErrorTests {
  @Test("keepalive times that are not whole seconds from 1 to 32767")
  func keepalive() {
    for time in ["1500ms", "0s", "32768s", "500ms"] {
      expectError(
        scenario("detectors: [keepalive: {idle: \(time), interval: 1s, probes: 2}]"), "5:31", .outOfRange,
        "`\(time)` is out of range (expected whole seconds from 1s to 32767s)")
      expectError(
        scenario("detectors: [keepalive: {interval: \(time)}]"), "5:35", .outOfRange, "whole seconds from 1s to 32767s")
    }
    for probes in ["0", "128"] {
      expectError(scenario("detectors: [keepalive: {probes: \(probes)}]"), "5:33", .outOfRange, "from 1 to 127")
    }
    expectError(scenario("detectors: [keepalive: {userTimeout: 0s}]"), "5:38", .outOfRange, "whole milliseconds")
    expectError(scenario("detectors: [keepalive: {userTimeout: 1us}]"), "5:38", .outOfRange, "whole milliseconds")
    #expect(errors(in: scenario("detectors: [keepalive: {idle: 32767s, interval: 1h, probes: 127}]")) == [])
  }

  @Test("a heartbeat whose timeout does not exceed its interval cries wolf", arguments: ["999ms", "1s"])
  func heartbeat(timeout: String) {
    expectError(
      scenario("detectors: [heartbeat: {interval: 1s, timeout: \(timeout)}]"), "5:48", .contradiction, "cries wolf",
      "(expected a timeout above the interval)")
  }

  @Test("a request timeout without requests")
  func requestTimeout() {
    expectError(
      scenario("workload: idle", "detectors: [none, request-timeout]"), "5:19", .contradiction, "without requests")
  }

  @Test("a mechanism that repeats needs a name")
  func repeated() {
    expectError(
      scenario("detectors: [heartbeat: {interval: 1s, timeout: 3s}, heartbeat: {interval: 2s, timeout: 3s}]"), "5:53",
      .duplicateName, "`heartbeat` occurs again (first at line 5) and needs a `name`")
    expectError(
      scenario("detectors: [keepalive: {name: a}, none: {name: a}]"), "5:48", .duplicateName, "the name `a` is taken")
    expectError(
      scenario("detectors: [keepalive: {name: none}, none]"), "5:38", .duplicateName, "`none` occurs again")
  }

  @Test("several mechanisms in one item, and settings beside their mechanism")
  func severalKeys() {
    expectError(
      scenario("detectors:\n  - none: {}\n    keepalive: {}"), "7:5", .unknownKey,
      "`keepalive` beside `none` in one detector")
    let beside = errors(in: scenario("detectors:\n  - heartbeat:\n    interval: 1s"))
    #expect(beside.map(\.code) == [.wrongType, .unknownKey])
    expectError(scenario("detectors: [{}]"), "5:13", .missingKey, "without a mechanism")
  }

  @Test("a bare word for a mechanism that has settings")
  func bareWord() {
    expectError(
      scenario("detectors: [heartbeat]"), "5:13", .wrongType, "`heartbeat` lacks its settings", "interval or timeout")
    expectError(scenario("detectors: [keepalive]"), "5:13", .wrongType, "`keepalive` lacks its settings")
    expectError(scenario("detectors: [keepalive: ]"), "5:24", .wrongType, "found nothing")
  }
}
