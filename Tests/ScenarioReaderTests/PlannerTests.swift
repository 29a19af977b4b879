import Model
import ScenarioReader
import Testing

@Suite("Planning")
struct PlannerTests {
  private let heartbeat = Detector(
    name: "heartbeat", settings: .heartbeat(HeartbeatSettings(interval: .seconds(1), timeout: .seconds(3))))
  private let keepalive = Detector(
    name: "keepalive",
    settings: .keepalive(KeepaliveSettings(idle: .seconds(2), interval: .seconds(1), probes: 2)))
  private let control = Detector(name: "none", settings: .none)

  private func scenario(_ detectors: [Detector], name: String = "test", trials: Int = 10) -> Scenario {
    Scenario(
      name: name, detectors: detectors,
      timeline: Timeline(entries: [
        TimelineEntry(at: .seconds(3), action: .inject(.cablePull(cable: .server), repetition: nil))
      ]),
      measured: .cablePull, observe: .seconds(9), trials: trials)
  }

  private func phases(_ plan: Plan, _ detector: String) -> [Duration] {
    plan.measurements.filter { $0.detector.name == detector }.map(\.phase)
  }

  @Test("measurements are in the order scenario, trial, detector")
  func order() throws {
    let plan = try Planner.plan(
      [scenario([control, heartbeat], name: "b", trials: 2), scenario([keepalive], name: "a", trials: 1)], seed: 7)
    #expect(plan.seed == 7)
    #expect(
      plan.measurements.map { "\($0.scenario.name) \($0.trial)/\($0.trialsPlanned) \($0.detector.name)" } == [
        "b 1/2 none", "b 1/2 heartbeat", "b 2/2 none", "b 2/2 heartbeat", "a 1/1 keepalive",
      ])
  }

  @Test("every part of the healthy period is hit exactly once", arguments: [1, 2, 10, 97, 1000])
  func strata(trials: Int) throws {
    let plan = try Planner.plan([scenario([heartbeat, keepalive, control])], seed: 3, trials: trials)
    for (detector, period) in [("heartbeat", 1.0), ("keepalive", 2.0), ("none", 1.0)] {
      let parts = phases(plan, detector).map { Int($0.inSeconds / period * Double(trials)) }
      #expect(parts.sorted() == Array(0..<trials))
      #expect(phases(plan, detector).allSatisfy { $0 >= .zero && $0.inSeconds < period })
    }
  }

  @Test("the order of the parts, and the place within them, are random")
  func random() throws {
    let plan = try Planner.plan([scenario([heartbeat])], seed: 3, trials: 200)
    let shares = phases(plan, "heartbeat").map { $0.inSeconds * 200 }
    #expect(shares.map { Int($0) } != shares.map { Int($0) }.sorted())
    let places = shares.map { $0 - $0.rounded(.down) }
    #expect((0.4...0.6).contains(places.reduce(0, +) / 200))
    #expect(Set(places.map { Int($0 * 10) }) == Set(0..<10))
  }

  @Test("adding, removing, reordering or selecting detectors changes no phase of another")
  func independence() throws {
    let alone = try Planner.plan([scenario([heartbeat])], seed: 11)
    let all = try Planner.plan([scenario([control, keepalive, heartbeat])], seed: 11)
    let reordered = try Planner.plan([scenario([heartbeat, control, keepalive])], seed: 11)
    let selected = try Planner.plan(
      [scenario([control, keepalive, heartbeat])], seed: 11, detectors: ["heartbeat", "none"])
    for plan in [all, reordered, selected] {
      #expect(phases(plan, "heartbeat") == phases(alone, "heartbeat"))
    }
    #expect(phases(reordered, "keepalive") == phases(all, "keepalive"))
    #expect(phases(selected, "none") == phases(all, "none"))
    #expect(phases(selected, "keepalive") == [])
  }

  @Test("another scenario beside it changes nothing; another seed, scenario or name changes all")
  func keys() throws {
    let alone = phases(try Planner.plan([scenario([heartbeat])], seed: 11), "heartbeat")
    let both = try Planner.plan([scenario([keepalive], name: "other"), scenario([heartbeat])], seed: 11)
    #expect(phases(both, "heartbeat") == alone)
    #expect(phases(try Planner.plan([scenario([heartbeat])], seed: 12), "heartbeat") != alone)
    #expect(phases(try Planner.plan([scenario([heartbeat], name: "x")], seed: 11), "heartbeat") != alone)
    var renamed = heartbeat
    renamed.name = "pulse"
    #expect(phases(try Planner.plan([scenario([renamed])], seed: 11), "pulse") != alone)
  }

  @Test("the same seed makes the same plan, on any machine")
  func repeatable() throws {
    let plan = try Planner.plan([scenario([heartbeat], trials: 3)], seed: 1)
    #expect(plan == (try Planner.plan([scenario([heartbeat], trials: 3)], seed: 1)))
    #expect(plan.measurements.map(\.phase.inNanoseconds) == [219_026_981, 717_770_112, 462_140_808])
  }

  @Test("an override of the trials replaces the scenario's")
  func trials() throws {
    let plan = try Planner.plan([scenario([control])], seed: 0, trials: 4)
    #expect(plan.measurements.map(\.trial) == [1, 2, 3, 4])
    #expect(plan.measurements.allSatisfy { $0.trialsPlanned == 4 })
  }

  @Test("a scenario without any selected detector is left out")
  func leftOut() throws {
    let plan = try Planner.plan(
      [scenario([control], name: "a"), scenario([heartbeat], name: "b")], seed: 0, trials: 1, detectors: ["heartbeat"])
    #expect(plan.measurements.map(\.scenario.name) == ["b"])
  }

  @Test("an unknown detector is refused with the valid ones")
  func unknown() {
    let error = #expect(throws: PlanningError.self) {
      try Planner.plan([scenario([control, heartbeat])], seed: 0, detectors: ["hartbeat", "none"])
    }
    #expect(error?.code == .unknownDetector)
    #expect(
      error?.description == "unknown detector `hartbeat`; did you mean `heartbeat`? (expected none or heartbeat)")
  }

  @Test("seeds of more than 15 digits, and impossible numbers of trials, are refused")
  func ranges() {
    for seed in [-1, 1_000_000_000_000_000] as [Int64] {
      #expect(throws: PlanningError.self) { try Planner.plan([scenario([control])], seed: seed) }
    }
    for trials in [0, 100_001] {
      #expect(throws: PlanningError.self) { try Planner.plan([scenario([control])], seed: 1, trials: trials) }
    }
    #expect(throws: PlanningError.self) { try Planner.plan([], seed: 1) }
    #expect(throws: PlanningError.self) { try Planner.plan([scenario([control])], seed: 1, detectors: []) }
  }
}
