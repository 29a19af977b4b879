import EndpointProtocol
import Lab
import Model
import Testing

@testable import Campaign

@Suite("The row of a detector that only watches")
struct WatchRowTests {
  private typealias Staged = StagedMeasurement

  private func watching(_ timeline: [TimelineEntry] = [.inject(Staged.cablePull, at: 5)]) -> StagedMeasurement {
    StagedMeasurement(timeline, mode: .watch)
  }

  private func suspect(_ staged: inout StagedMeasurement, from: Double, until: Double? = nil) {
    staged.tell(.suspected(at: Staged.at(from), signal: .missedHeartbeats))
    if let until { staged.tell(.trusted(at: Staged.at(until))) }
  }

  @Test("counts suspicions of a living peer, how long they lasted, and how long it was watched alive")
  func mistakes() {
    var staged = watching()
    suspect(&staged, from: 1, until: 1.5)
    suspect(&staged, from: 3, until: 3.25)
    staged.inject()
    suspect(&staged, from: 8)
    staged.end()
    let row = staged.row
    #expect(row.outcome == .detected && row.detection == .seconds(3) && row.observed == .seconds(3))
    #expect(row.mistakes == 2 && row.mistakeTime == .milliseconds(750) && row.watchedAlive == .seconds(5))
  }

  @Test("takes a suspicion that was withdrawn during the outage for no detection")
  func withdrawn() {
    var staged = watching([.inject(Staged.cablePull, at: 5), .heal(.cablePull, at: 15)])
    staged.inject()
    suspect(&staged, from: 7, until: 9)
    suspect(&staged, from: 12, until: 15.4)
    staged.heal(1, at: 15)
    staged.recover(at: 15.4)
    staged.end()
    #expect(staged.row.outcome == .detected && staged.row.detection == .seconds(7) && staged.row.mistakes == 0)
    #expect(staged.row.recovery == .milliseconds(400))
  }

  @Test("is observed to the end of the window, recovered or not")
  func window() {
    var staged = watching([.inject(Staged.cablePull, at: 5), .heal(.cablePull, at: 10)])
    staged.inject()
    staged.heal(1, at: 10)
    staged.recover(at: 10.1)
    staged.end()
    #expect(staged.row.outcome == .survived && staged.row.observed == .seconds(15))
  }

  @Test("dates a suspicion that was there before the fault to t0, and has no prediction to agree with")
  func suspectedBefore() {
    var staged = watching()
    suspect(&staged, from: 4)
    staged.inject()
    staged.end()
    let row = staged.row
    #expect(row.outcome == .detected && row.detection == .zero)
    #expect(row.mistakes == 1 && row.mistakeTime == .seconds(1) && row.withinPrediction == nil)
  }

  @Test("is a false alarm if a peer that nothing harmed was suspected")
  func harmless() {
    var staged = watching([.inject(.listenOverflow(host: .server), at: 5)])
    staged.inject()
    suspect(&staged, from: 8, until: 9)
    staged.end()
    #expect(staged.row.outcome == .falseAlarm && staged.row.reason == "no-effect" && staged.row.mistakes == 1)
    #expect(staged.row.mistakeTime == .seconds(1) && staged.row.watchedAlive == .seconds(20))
  }

  @Test("has the kernel's verdict as a suspicion that is never taken back")
  func kernelVerdict() {
    var staged = watching()
    staged.inject()
    staged.declare(at: 9, .errno("ETIMEDOUT"))
    staged.end()
    #expect(staged.row.outcome == .detected && staged.row.signal == .errno("ETIMEDOUT"))
    var after = watching()
    after.inject()
    suspect(&after, from: 8)
    after.declare(at: 9, .errno("ETIMEDOUT"))
    after.end()
    #expect(after.row.detection == .seconds(3) && after.row.signal == .missedHeartbeats)
  }

  @Test("without a fault has the connection's end as a false alarm")
  func endedBeforeFault() {
    var staged = watching()
    staged.declare(at: 2, .errno("ETIMEDOUT"))
    staged.end()
    #expect(staged.row.outcome == .falseAlarm && staged.row.reason == "before-fault")
  }
}
