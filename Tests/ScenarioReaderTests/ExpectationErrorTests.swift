import Model
import ScenarioReader
import Testing

@Suite("Expectations that cannot be meant")
struct ExpectationErrorTests {
  @Test("an unknown detector, with the valid ones")
  func detector() {
    expectError(
      scenario("detectors: [none, keepalive: {name: slow one}]", "expect: [{detector: slow, outcome: missed}]"), "9:21",
      .unknownWord, "unknown detector `slow`", "(expected none or slow one)")
  }

  @Test("no condition, or several")
  func conditions() {
    expectError(
      scenario("expect: [{detector: none}]"), "9:10", .missingKey, "without a condition",
      "(expected exactly one of outcome,")
    expectError(
      scenario("expect: [{outcome: missed, failover: 1s}]"), "9:28", .contradiction, "`failover` beside `outcome`")
    expectError(scenario("expect: [{percentile: 50}]"), "9:10", .missingKey, "lacks `within`")
    let misspelled = errors(in: scenario("expect: [{outcom: missed}]"))
    #expect(misspelled.map(\.code) == [.missingKey, .unknownKey])
  }

  @Test("what the scenario does not have")
  func means() {
    expectError(
      scenario("topology: {}", "expect: [{failover: 1s}]"), "9:11", .contradiction, "a failover without a backup server"
    )
    expectError(scenario("expect: [{recovery: 1s}]"), "9:11", .contradiction, "a recovery without any heal")
    expectError(scenario("expect: [{outcome: survived}]"), "9:11", .contradiction, "`survived` without any heal")
    expectError(
      scenario("workload: idle", "expect: [{requests_lost: 0}]"), "9:11", .contradiction,
      "lost requests without a workload of requests")
  }

  @Test("a restart of the router counts as a heal")
  func restart() {
    let timeline = "timeline: [{at: 3s, inject: router-restart, downtime: 1s}]"
    #expect(errors(in: scenario(timeline, "expect: [{outcome: survived}, {recovery: 2s}]")) == [])
  }

  @Test("a limit on what is no detection, or beyond the window")
  func limits() {
    expectError(
      scenario("expect: [{outcome: missed, within: 3s}]"), "9:36", .contradiction, "`missed` is not one")
    expectError(
      scenario("expect: [{outcome: detected, within: 7s}]"), "9:38", .contradiction,
      "7s can never be exceeded: the window ends 6s after t0 (expected at most 6s, or a longer `observe`)")
    expectError(scenario("expect: [{percentile: 50, within: 6001ms}]"), "9:35", .contradiction, "never be exceeded")
    expectError(scenario("expect: [{failover: 1h}]"), "9:21", .contradiction, "never be exceeded")
    expectError(
      scenario(
        "timeline: [{at: 3s, inject: cable-pull}, {at: 5s, heal: cable-pull}]", "expect: [{recovery: 5s}]"), "9:21",
      .contradiction, "the window ends 4s after the last heal")
    #expect(errors(in: scenario("expect: [{outcome: detected, within: 6s}]")) == [])
  }

  @Test("two scenarios of one name in one call")
  func scenarioNames() {
    let reading = ScenarioReader.read([
      ScenarioFile(name: "a.yaml", text: scenario()), ScenarioFile(name: "b.yaml", text: scenario()),
    ])
    #expect(
      reading.errors.map(\.description) == [
        "b.yaml:2:7: the name `test` is taken by the scenario at a.yaml:2:7 (expected a name of its own for each scenario)"
      ])
  }

  @Test("a query accuracy takes a detector that watches")
  func queryAccuracy() throws {
    let watching = "detectors: [heartbeat: {interval: 1s, timeout: 3s, mode: watch}, none]"
    #expect(
      try read(scenario(watching, "expect: [{detector: heartbeat, query_accuracy: 99.9%}]")).expectations.map(
        \.condition)
        == [.queryAccuracy(atLeast: 0.999)])
    #expect(errors(in: scenario(watching, "expect: [{detector: heartbeat, query_accuracy: 100%}]")) == [])
    expectError(
      scenario(watching, "expect: [{query_accuracy: 99%}]"), "9:11", .contradiction,
      "a query accuracy of none, whose first mistake is the last: it acts (expected a detector with mode: watch)")
    expectError(
      scenario(watching, "expect: [{detector: heartbeat, query_accuracy: 0.99}]"), "9:48", .missingUnit,
      "`0.99` has no unit")
    expectError(scenario(watching, "expect: [{detector: heartbeat, query_accuracy: 0%}]"), "9:48", .outOfRange)
  }

  @Test("a learned interval takes an adaptive heartbeat that tries it")
  func learnedInterval() throws {
    let learning = "detectors: [adaptive: {from: 25s, to: 300s, step: 30s, timeout: 5s}, none]"
    for interval in ["25s", "235s", "295s", "300s"] {
      let text = scenario(learning, "expect: [{detector: adaptive, learned_interval: \(interval)}]")
      #expect(errors(in: text) == [])
    }
    #expect(
      try read(scenario(learning, "expect: [{detector: adaptive, learned_interval: 235s}]")).expectations.map(
        \.condition)
        == [.learnedInterval(.seconds(235))])
    for interval in ["20s", "240s", "325s"] {
      expectError(
        scenario(learning, "expect: [{detector: adaptive, learned_interval: \(interval)}]"), "9:31", .contradiction,
        "\(interval) is not an interval that it tries (expected 25s and a number of steps of 30s, up to 300s)")
    }
    expectError(
      scenario(learning, "expect: [{learned_interval: 235s}]"), "9:11", .contradiction,
      "a learned interval of `none`, which learns none (expected a detector that is adaptive)")
  }

  @Test("a side from which nobody watches")
  func observer() {
    let detectors = "detectors: [none, keepalive: {observer: server}, retransmission: {observer: both}]"
    for promise in [
      "{outcome: missed, observer: server}", "{detector: retransmission, outcome: missed, observer: server}",
    ] {
      #expect(errors(in: scenario(detectors, "expect: [\(promise)]")) == [])
    }
    expectError(
      scenario(detectors, "expect: [{detector: none, outcome: missed, observer: server}]"), "9:54", .contradiction,
      "`none` does not watch from the server")
    expectError(
      scenario(detectors, "expect: [{detector: keepalive, outcome: missed}]"), "9:10", .contradiction,
      "`keepalive` does not watch from the client (expected observer: server, or")
    expectError(
      scenario("expect: [{outcome: missed, observer: server}]"), "9:38", .contradiction,
      "no detector watches from the server")
    for promise in ["failover: 1s", "requests_lost: 0"] {
      expectError(
        scenario(detectors, "expect: [{\(promise), observer: server}]"), "9:11", .contradiction,
        "a server neither fails over nor sends requests")
    }
  }

  @Test("what may survive without a heal")
  func survival() {
    for fault in ["impair, delay: 1s", "nat-flush", "nat-rebind", "listen-overflow", "cpu-saturation, mode: starved"] {
      #expect(
        errors(
          in: scenario(
            "topology: {path: nat, backup: true}", "timeline: [{at: 3s, inject: \(fault)}]",
            "expect: [{outcome: survived}]")) == [])
    }
    expectError(
      scenario("timeline: [{at: 3s, inject: firewall-drop}]", "expect: [{outcome: survived}]"), "9:11", .contradiction,
      "`survived` without any heal")
    expectError(
      scenario("timeline: [{at: 3s, inject: impair, delay: 1s}]", "expect: [{outcome: late}]"), "9:11", .contradiction,
      "`late` without any heal")
  }
}
