import Model
import ScenarioReader
import Testing

@Suite("Wrong keys")
struct KeyErrorTests {
  @Test("an unknown key, with the nearest known one")
  func unknown() {
    expectError(
      scenario("trails: 10"), "10:1", .unknownKey, "unknown key `trails` in a scenario; did you mean `trials`?",
      "(expected version, name,")
    expectError(
      scenario("detectors: [heartbeat: {interval: 1s, timeout: 3s, intreval: 1s}]"), "5:52", .unknownKey,
      "did you mean `interval`?", "(expected name, interval, timeout, transport, responder, depth, mode or observer)")
    let unlike = errors(in: scenario("zzz: 1")).first?.message
    #expect(unlike == "unknown key `zzz` in a scenario")
  }

  @Test("a key that belongs to something else")
  func misplaced() {
    expectError(
      scenario("timeline: [{at: 3s, inject: cable-pull, downtime: 1s}]"), "6:41", .unknownKey,
      "`downtime` belongs to an injection of router-restart or an injection of host-reboot, "
        + "not to an injection of cable-pull",
      "(expected at, inject, cable, for, every or times)")
    expectError(
      scenario("timeline: [{at: 3s, inject: router-crash, every: 1s}]"), "6:43", .unknownKey,
      "`every` belongs to an injection of cable-pull, an injection of interface-down,",
      "not to an injection of router-crash")
    expectError(
      scenario("expect: [{requests_lost: 3, within: 1s}]"), "9:29", .unknownKey,
      "`within` belongs to an expectation on the outcome or an expectation on a percentile")
  }

  @Test("a key given twice is at its second place, and hides no other error")
  func duplicate() {
    expectError(
      scenario("observe: 9s\nobserve: 10s"), "8:1", .duplicateKey, "the key `observe` is given twice, first at line 7")
    expectError(
      scenario("timeline: [{at: 3s, inject: cable-pull, at: 4s}]"), "6:41", .duplicateKey, "`at`",
      "(expected each key once)"
    )
    expectError(scenario("summary: a\n'summary': b"), "11:1", .duplicateKey, "first at line 10")
    let several = errors(
      in: scenario(
        "observe: 9\nobserve: 10s\nobserve: 11s", "trials: 0\ntrials: 1", "expect: [{failover: 1s, failover: 2s}]"))
    #expect(
      several.map { "\($0.line):\($0.column) \($0.code)" } == [
        "7:10 missingUnit", "8:1 duplicateKey", "9:1 duplicateKey", "10:9 outOfRange", "11:1 duplicateKey",
        "12:25 duplicateKey",
      ])
  }

  @Test("keys given twice are not accepted where nothing else looks")
  func hiddenDuplicate() {
    expectError(
      scenario("&a summary: x\n? &b summary\n: y"), "10:1", .duplicateKey, "the key `summary` is given twice")
    let unread = errors(in: scenario("bogus: {x: 1, x: 2}"))
    #expect(unread.map(\.code) == [.unknownKey, .duplicateKey])
  }

  @Test("a key that is not text")
  func noText() {
    expectError(scenario("[a, b]: 1"), "10:1", .wrongType, "found a list as a key")
  }

  @Test("a required key that is missing")
  func missing() {
    let found = errors(in: "version: 1\n---\nname: x\n")
    #expect(
      found.map { "\($0.line):\($0.column) \($0.message)" } == [
        "1:1 a scenario lacks `name`", "1:1 a scenario lacks `detectors`", "1:1 a scenario lacks `timeline`",
        "1:1 a scenario lacks `observe`", "3:1 a scenario lacks `version`", "3:1 a scenario lacks `detectors`",
        "3:1 a scenario lacks `timeline`", "3:1 a scenario lacks `observe`",
      ])
    #expect(found.allSatisfy { $0.code == .missingKey && $0.expected != nil })
    expectError(
      scenario("detectors: [heartbeat: {interval: 1s}]"), "5:24", .missingKey, "a heartbeat lacks `timeout`", "duration"
    )
    expectError(scenario("topology: {backup: true, cables: {server: {}}}"), "3:43", .missingKey, "says nothing")
  }

  @Test("all errors of all files are listed at once, in their order")
  func allAtOnce() {
    let reading = ScenarioReader.read([
      ScenarioFile(name: "a.yaml", text: scenario("observe: soon", "name: a/b", "trials: many")),
      ScenarioFile(name: "b.yaml", text: scenario("version: 2", "name: other", "detectors: [ping]")),
      ScenarioFile(name: "c.yaml", text: scenario()),
    ])
    #expect(
      reading.errors.map { "\($0.file):\($0.line):\($0.column)" } == [
        "a.yaml:2:7", "a.yaml:7:10", "a.yaml:8:9", "b.yaml:1:10", "b.yaml:5:13",
      ])
    #expect(reading.scenarios.map(\.name) == ["test"])
  }

  @Test("the same mistake by two aliases is told once")
  func aliased() {
    expectError(
      scenario("workload: {requests: {every: &time 3, timeout: *time}}"), "4:30", .missingUnit, "`3` has no unit")
  }
}
