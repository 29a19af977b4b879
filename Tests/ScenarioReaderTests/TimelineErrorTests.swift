import ScenarioReader
import Testing

@Suite("Timelines that cannot happen")
struct TimelineErrorTests {
  private func timeline(_ entries: String...) -> String {
    scenario("timeline:\n" + entries.map { "  - {\($0)}" }.joined(separator: "\n"), "expect: [{false_alarms: 0}]")
  }

  @Test("a heal without injection, before it, or at its instant")
  func heals() {
    expectError(timeline("at: 3s, heal: cable-pull"), "7:20", .timeline, "healed at 3s, when it is not in force")
    expectError(
      timeline("at: 3s, inject: cable-pull", "at: 2s, heal: cable-pull"), "8:20", .timeline,
      "cable-pull is healed at 2s, when it is not in force (expected an injection before it)")
    expectError(
      timeline("at: 3s, inject: cable-pull", "at: 3s, heal: cable-pull"), "8:20", .timeline,
      "at the instant of its injection"
    )
    expectError(
      timeline("at: 3s, inject: cable-pull", "at: 4s, heal: blackhole"), "8:20", .timeline, "blackhole is healed")
    expectError(
      timeline("at: 3s, inject: cable-pull", "at: 4s, heal: cable-pull", "at: 5s, heal: cable-pull"), "9:20", .timeline,
      "not in force")
  }

  @Test("an unknown fault hides no other error of its entry")
  func unknownFault() {
    let reading = ScenarioReader.read(
      text: timeline("at: 3, inject: blackhol, cable: servr, cabel: x"), file: "test.yaml")
    #expect(reading.errors.map(\.code) == [.missingUnit, .unknownWord, .unknownWord, .unknownKey])
  }

  @Test("faults of the network that overlap, and a saturation that is healed before it can be proven")
  func overlaps() {
    expectError(
      timeline("at: 3s, inject: cable-pull", "at: 4s, inject: blackhole, cable: client"), "8:22", .timeline,
      "blackhole is injected at 4s, while the cable-pull of 3s is in force")
    expectError(
      timeline("at: 3s, inject: cpu-saturation", "at: 4s, heal: cpu-saturation"), "8:20", .timeline,
      "healed after 1s, too soon to be proven")
    expectError(
      scenario("topology: {cables: {server: {rate: 1mbit}}}", "timeline: [{at: 3s, inject: blackhole}]"), "6:12",
      .topology,
      "one queueing discipline")
  }

  @Test("an injection while the fault is in force, or at the instant of its heal")
  func injections() {
    expectError(
      timeline("at: 3s, inject: cable-pull", "at: 4s, inject: cable-pull, cable: client"), "8:22", .timeline,
      "cable-pull is injected again at 4s, while the one of 3s is in force (expected a heal in between)")
    expectError(
      timeline("at: 3s, inject: cable-pull", "at: 4s, heal: cable-pull", "at: 4s, inject: cable-pull"), "9:22",
      .timeline,
      "at the instant of its heal")
    expectError(
      timeline(
        "at: 3s, inject: router-restart, downtime: 300ms, every: 1s, times: 3",
        "at: 4200ms, inject: router-restart, downtime: 1s"), "8:26", .timeline, "while the one of 4s is in force")
  }

  @Test("a heal of a fault that ends by itself")
  func healOfRestart() {
    expectError(
      timeline("at: 3s, inject: router-restart, downtime: 1s", "at: 5s, heal: router-restart"), "8:20", .timeline,
      "router-restart ends by itself (expected heal only of cable-pull, blackhole or cpu-saturation)")
  }

  @Test("entries beyond the window")
  func beyond() {
    expectError(
      timeline("at: 9s, inject: cable-pull"), "7:10", .timeline, "9s lies beyond the window (expected before 9s)")
    expectError(
      timeline("at: 3s, inject: cable-pull", "at: 12s, heal: cable-pull"), "8:10", .timeline, "12s lies beyond")
    expectError(
      timeline("at: 3s, inject: router-restart, downtime: 1s, every: 2s, times: 4"), "7:10", .timeline,
      "the last restart ends at 10s, beyond the window")
  }

  @Test("repetitions")
  func repetitions() {
    expectError(
      timeline("at: 3s, inject: router-restart, downtime: 1s, every: 1s, times: 2"), "7:59", .timeline,
      "a restart every 1s while one takes 1s (expected more than the downtime)")
    expectError(
      timeline("at: 3s, inject: router-restart, downtime: 1s, every: 2s"), "7:52", .missingKey,
      "`every` without `times` (expected both or neither)")
    expectError(
      timeline("at: 3s, inject: router-restart, downtime: 1s, times: 2"), "7:52", .missingKey, "`times` without `every`"
    )
    expectError(
      timeline("at: 3s, inject: router-restart, downtime: 1s, every: 2s, times: 0"), "7:70", .outOfRange)
    expectError(timeline("at: 3s, inject: router-restart"), "7:5", .missingKey, "lacks `downtime`")
  }

  @Test("entries that do both or nothing")
  func verbs() {
    expectError(
      timeline("at: 3s, inject: cable-pull, heal: cable-pull"), "7:34", .contradiction, "both injects and heals")
    expectError(timeline("at: 3s, cable: server"), "7:5", .missingKey, "neither injects nor heals")
    let misspelled = errors(in: timeline("at: 3s, injekt: cable-pull"))
    #expect(misspelled.map(\.code) == [.missingKey, .unknownKey])
    #expect(misspelled.last?.message.contains("did you mean `inject`?") == true)
    expectError(timeline("inject: cable-pull"), "7:5", .missingKey, "lacks `at`")
  }

  @Test("cables and routers that the topology lacks")
  func topology() {
    func text(_ topology: String, _ entry: String) -> String {
      scenario("topology: {\(topology)}", "timeline: [{at: 3s, \(entry)}]")
    }
    expectError(
      text("path: direct", "inject: cable-pull, cable: client"), "6:48", .topology,
      "the direct path has no cable `client` (expected server)")
    expectError(
      text("path: routed", "inject: blackhole, cable: backup"), "6:47", .topology,
      "there is no cable `backup` without a backup server (expected topology: {backup: true}, or client or server)")
    expectError(
      text("path: direct", "inject: router-restart, downtime: 1s"), "6:29", .topology,
      "the direct path has no router to restart")
    expectError(
      text("path: direct, backup: true, cables: {client: {delay: 1ms}}", "inject: cable-pull"), "3:49", .topology,
      "no cable `client` (expected server or backup)")
    #expect(errors(in: text("path: direct, backup: true", "inject: cable-pull, cable: backup")) == [])
  }

  @Test("different faults need a `measure`, and it must be one of them")
  func measure() {
    let both = ["at: 3s, inject: cable-pull", "at: 4s, inject: cpu-saturation"]
    let text = timeline(both[0], both[1])
    expectError(text, "7:3", .missingKey, "no `measure`", "(expected measure: cable-pull or cpu-saturation)")
    expectError(text + "measure: blackhole\n", "12:10", .contradiction, "blackhole is not injected")
    expectError(text + "measure: flood\n", "12:10", .unknownWord, "unknown fault `flood`")
    #expect(errors(in: text + "measure: cpu-saturation\n") == [])
  }
}
