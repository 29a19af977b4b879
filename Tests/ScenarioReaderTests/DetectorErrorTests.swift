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

  @Test("a heartbeat whose timeout does not exceed its interval is refused", arguments: ["999ms", "1s"])
  func heartbeat(timeout: String) {
    expectError(
      scenario("detectors: [heartbeat: {interval: 1s, timeout: \(timeout)}]"), "5:48", .contradiction,
      "raises false alarms", "(expected a timeout above the interval)")
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
      scenario("detectors: [heartbeat]"), "5:13", .wrongType, "`heartbeat` lacks its settings",
      "heartbeat: a mapping of name, interval, timeout, transport,")
    expectError(scenario("detectors: [keepalive]"), "5:13", .wrongType, "`keepalive` lacks its settings")
    expectError(scenario("detectors: [keepalive: ]"), "5:24", .wrongType, "found nothing")
  }

  @Test("a timeout that must exceed the interval")
  func overload() {
    expectError(
      scenario("detectors: [overload: {interval: 1s, timeout: 1s}]"), "5:47", .contradiction, "raises false alarms")
  }

  @Test("settings out of range")
  func ranges() {
    for (item, column) in [
      ("user-timeout: {timeout: 0s}", 37), ("user-timeout: {timeout: 1.5ms}", 37),
      ("retransmission: {retries2: 256}", 40),
      ("retransmission: {rtoMax: 999ms}", 38), ("retransmission: {rtoMax: 121s}", 38),
      ("connect: {interval: 1s, synRetries: 0}", 49), ("connect: {interval: 1s, userTimeout: 1us}", 50),
      ("phi-accrual: {interval: 1s, threshold: 0}", 52), ("phi-accrual: {interval: 1s, threshold: 301}", 52),
      ("phi-accrual: {interval: 1s, window: 0}", 49), ("phi-accrual: {interval: 1s, minDeviation: 0ms}", 55),
      ("chen: {interval: 1s, margin: 0s}", 42), ("adaptive: {from: 0s, to: 2s, step: 1s, timeout: 1s}", 30),
      ("overload: {interval: 1s, timeout: 2s, threshold: 0%}", 62),
      ("overload: {interval: 1s, timeout: 2s, threshold: 101%}", 62),
      ("overload: {interval: 1s, timeout: 2s, samples: 0}", 60),
    ] {
      expectError(scenario("detectors: [\(item)]"), "5:\(column)", .outOfRange)
    }
    expectError(scenario("detectors: [overload: {interval: 1s, timeout: 2s, threshold: 0.9}]"), "5:62", .missingUnit)
    expectError(scenario("detectors: [phi-accrual: {interval: 1s, threshold: 8%}]"), "5:52", .wrongType)
  }

  @Test("settings that are missing or unknown")
  func missing() {
    for (item, column, name) in [
      ("user-timeout: {}", 27, "timeout"), ("connect: {}", 22, "interval"), ("phi-accrual: {}", 26, "interval"),
      ("chen: {interval: 1s}", 19, "margin"), ("adaptive: {from: 1s, to: 2s, step: 1s}", 23, "timeout"),
      ("overload: {interval: 1s}", 23, "timeout"),
    ] {
      expectError(scenario("detectors: [\(item)]"), "5:\(column)", .missingKey, "lacks `\(name)`")
    }
    expectError(
      scenario("detectors: [phi-accrual: {interval: 1s, treshold: 8}]"), "5:41", .unknownKey,
      "did you mean `threshold`?")
    expectError(
      scenario("detectors: [phi-acrual: {interval: 1s}]"), "5:13", .unknownWord, "did you mean `phi-accrual`?")
    expectError(scenario("detectors: [user-timeout]"), "5:13", .wrongType, "`user-timeout` lacks its settings")
    expectError(
      scenario("detectors: [link-monitor: {transport: udp}]"), "5:28", .unknownKey, "(expected name, mode or observer)")
  }

  @Test("an adaptive heartbeat with nothing to learn")
  func adaptive() {
    expectError(
      scenario("detectors: [adaptive: {from: 2s, to: 2s, step: 1s, timeout: 1s}]"), "5:38", .contradiction,
      "nothing to learn from 2s to 2s")
  }

  @Test("a deep heartbeat through an event loop")
  func depth() {
    expectError(
      scenario("detectors: [heartbeat: {interval: 1s, timeout: 3s, depth: worker}]"), "5:59", .contradiction,
      "which is its own worker", "(expected responder: io-thread, or depth: shallow)")
    expectError(
      scenario("detectors: [chen: {interval: 1s, margin: 3s, depth: deep}]"), "5:53", .unknownWord,
      "(expected shallow or worker)")
  }

  @Test("a mechanism that cannot watch")
  func watch() {
    for item in [
      "none: {", "keepalive: {", "user-timeout: {timeout: 1s, ", "retransmission: {", "connect: {interval: 1s, ",
      "adaptive: {from: 1s, to: 2s, step: 1s, timeout: 1s, ",
    ] {
      let text = "detectors: [\(item)mode: watch}]"
      expectError(
        scenario(text), "5:\(text.count - 6)", .contradiction, "cannot take a suspicion back, so it cannot watch",
        "(expected mode: act, or heartbeat, request-timeout, phi-accrual, chen, overload, link-monitor or route-monitor)"
      )
    }
    expectError(scenario("detectors: [none: {mode: wach}]"), "5:26", .unknownWord, "did you mean `watch`?")
  }

  @Test("a server that cannot observe")
  func server() {
    for item in [
      "connect: {interval: 1s, ", "overload: {interval: 1s, timeout: 2s, ", "request-timeout: {",
      "adaptive: {from: 1s, to: 2s, step: 1s, timeout: 1s, ",
    ] {
      expectError(
        scenario("detectors: [none: {name: a}, \(item)observer: both}]"), "5:\(30 + item.count)", .contradiction,
        "is a server, which cannot run", "(expected observer: client, or none, keepalive,")
    }
    expectError(
      scenario("detectors: [heartbeat: {interval: 1s, timeout: 3s, transport: udp, observer: both}]"), "5:52",
      .contradiction, "`transport` is udp, but a server watches")
    expectError(
      scenario("detectors: [heartbeat: {interval: 1s, timeout: 3s, responder: io-thread, observer: both}]"), "5:52",
      .contradiction, "which has only its event loop")
    expectError(
      scenario("clients: 2", "detectors: [none: {observer: both}]"), "5:30", .contradiction,
      "a server that watches 2 clients (expected observer: client, or clients: 1)")
    expectError(
      scenario("detectors: [none: {observer: backup}]"), "5:30", .unknownWord, "(expected client, server or both)")
  }
}
