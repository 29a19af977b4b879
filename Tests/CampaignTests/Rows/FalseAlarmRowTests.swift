import Lab
import Model
import Testing

@testable import Campaign

@Suite("A row's false alarm or error")
struct FalseAlarmRowTests {
  @Test("before the fault is a false alarm, with the healthy time up to it")
  func beforeFault() {
    var staged = StagedMeasurement()
    staged.sample(.healthy, at: 0.5)
    staged.declare(at: 3)
    staged.end(at: 3)
    let row = staged.row
    #expect(row.outcome == .falseAlarm && row.reason == "before-fault" && row.mistakes == 1)
    #expect(row.healthy == .milliseconds(2500) && row.watchedAlive == .seconds(3))
    #expect(row.detection == nil && row.observed == nil && row.faultAt == nil)
  }

  @Test("of a connection that the fault leaves alone says that it had no effect")
  func noEffect() {
    var staged = StagedMeasurement([.inject(.listenOverflow(host: .server), at: 5)])
    staged.inject()
    staged.declare(at: 8)
    staged.end(at: 8)
    #expect(staged.row.outcome == .falseAlarm && staged.row.reason == "no-effect")
    #expect(staged.row.detection == .seconds(3))
  }

  @Test("by an earlier fault than the measured one is an error that names what was injected")
  func earlierFault() {
    let timeline: [TimelineEntry] = [
      .inject(.blackhole(cable: .server, direction: .both), at: 1), .inject(StagedMeasurement.cablePull, at: 5),
    ]
    var staged = StagedMeasurement(timeline, measured: .cablePull)
    staged.inject(0, at: 1, backend: "tc-blackhole")
    staged.declare(at: 4)
    staged.end(at: 4)
    #expect(staged.row.outcome == .error)
    #expect(staged.row.reason == "declared dead by an earlier fault than the measured one: blackhole")
  }

  @Test("by an earlier fault that left the connection alone stays a false alarm")
  func harmlessEarlierFault() {
    var staged = StagedMeasurement(
      [.inject(.listenOverflow(host: .server), at: 1), .inject(StagedMeasurement.cablePull, at: 5)],
      measured: .cablePull)
    staged.inject(0, at: 1)
    staged.declare(at: 4)
    staged.end(at: 4)
    #expect(staged.row.outcome == .falseAlarm && staged.row.reason == "before-fault")
  }

  @Test("of a measurement that broke off is its failure, whatever was known by then")
  func failure() {
    var staged = StagedMeasurement()
    staged.inject()
    staged.declare(at: 8)
    staged.add(.failed("heal cable-pull: no such device"))
    let row = staged.row
    #expect(row.outcome == .error && row.reason == "heal cable-pull: no such device")
    #expect(row.detection == .seconds(3) && row.faultVerdict == .inconclusive)
  }

  @Test("of a measurement that never began knows its plan and its reason only")
  func neverBegan() {
    var staged = StagedMeasurement(began: false)
    staged.add(.failed("no room"))
    let row = staged.row
    #expect(
      row.outcome == .error && row.reason == "no room" && row.settings == staged.planned.detector.settings.spelled)
    #expect(row.mistakes == nil && row.watchedAlive == nil && row.lag == nil && row.clients == 1)
    #expect(
      row.plan == "p0123456789abcdef" && row.trial == 1 && row.seed == 7 && row.startedAt == "2026-01-31T12:00:00Z")
  }
}
