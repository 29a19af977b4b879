import Lab
import Model
import Testing

@testable import Campaign

@Suite("A row's outcome")
struct OutcomeRowTests {
  private let pullAndReplug: [TimelineEntry] = [.inject(StagedMeasurement.cablePull, at: 5), .heal(.cablePull, at: 10)]
  private let slowCable = Fault.impair(cable: .server, direction: .both, Impairment(delay: .milliseconds(100)))

  @Test("is detected if the peer was declared dead while the cable was out, with the time from t0")
  func detected() {
    var staged = StagedMeasurement()
    staged.inject()
    staged.declare(at: 8)
    staged.prove()
    staged.end(at: 8)
    let row = staged.row
    #expect(row.outcome == .detected && row.reason == nil && row.signal == .missedHeartbeats)
    #expect(row.detection == .seconds(3) && row.observed == .seconds(3))
    #expect(row.faultAt == .seconds(5) && row.faultUncertainty == .milliseconds(1) && row.healAt == nil)
    #expect(row.faultBackend == "carrier" && row.faultVerdict == .confirmed && row.mistakes == 0)
  }

  @Test("is late if the peer was declared dead after the heal")
  func late() {
    var staged = StagedMeasurement(pullAndReplug)
    staged.inject()
    staged.prove()
    staged.heal(1, at: 10)
    staged.declare(at: 11)
    staged.end(at: 11)
    #expect(staged.row.outcome == .late && staged.row.detection == .seconds(6))
    #expect(staged.row.healAt == .seconds(10))
  }

  @Test("is survived if a round trip followed the heal, with the time from the heal")
  func survived() {
    var staged = StagedMeasurement(pullAndReplug)
    staged.inject()
    staged.heal(1, at: 10)
    staged.recover(at: 10.5)
    staged.end(at: 10.5)
    let row = staged.row
    #expect(row.outcome == .survived && row.detection == nil && row.signal == nil)
    #expect(row.recovery == .milliseconds(500) && row.observed == .milliseconds(5500))
  }

  @Test("is unaffected, not missed, if the fault did nothing to this connection and nobody took the peer for dead")
  func unaffected() {
    var staged = StagedMeasurement([.inject(.listenOverflow(host: .server), at: 5)])
    staged.inject()
    staged.end()
    #expect(staged.row.outcome == .unaffected && staged.row.reason == nil && staged.row.observed == .seconds(15))
  }

  @Test("is unaffected, with the reason slow, if the fault only slowed the connection down")
  func slowed() {
    var staged = StagedMeasurement([.inject(slowCable, at: 5)])
    staged.inject()
    staged.end()
    #expect(staged.row.outcome == .unaffected && staged.row.reason == "slow")
  }

  @Test("is unaffected, not survived, if what did nothing was healed and the connection answered")
  func unaffectedBeforeSurvived() {
    for (fault, reason) in [(Fault.listenOverflow(host: .server), String?.none), (slowCable, "slow")] {
      var staged = StagedMeasurement([.inject(fault, at: 5), .heal(fault.kind, at: 10)])
      staged.inject()
      staged.heal(1, at: 10)
      staged.recover(at: 10.1)
      staged.end(at: 10.1)
      #expect(staged.row.outcome == .unaffected && staged.row.reason == reason)
      #expect(staged.row.recovery == .milliseconds(100))
    }
  }

  @Test("is missed if nobody said anything by the end of the window, which is its censored value")
  func missed() {
    var staged = StagedMeasurement()
    staged.inject()
    staged.end()
    #expect(staged.row.outcome == .missed && staged.row.reason == nil && staged.row.observed == .seconds(15))
    var healed = StagedMeasurement(pullAndReplug)
    healed.inject()
    healed.heal(1, at: 10)
    healed.end()
    #expect(healed.row.outcome == .missed && healed.row.reason == "not-recovered")
  }

  @Test("is missed if the window closed before anything was injected")
  func nothingInjected() {
    var staged = StagedMeasurement()
    staged.end()
    let row = staged.row
    #expect(row.outcome == .missed && row.observed == nil && row.faultAt == nil && row.faultVerdict == nil)
    #expect(row.faultBackend == nil && row.lastHeard == nil && row.requestsSent == nil && row.predictedMin == nil)
  }

  @Test("is a false alarm if a slow peer was taken for dead, and detected if it was taken for overloaded")
  func slowPeer() {
    for (signal, outcome) in [(Signal.missedHeartbeats, Outcome.falseAlarm), (.overloaded, .detected)] {
      var staged = StagedMeasurement([.inject(slowCable, at: 5)])
      staged.inject()
      staged.declare(at: 8, signal)
      staged.end(at: 8)
      #expect(staged.row.outcome == outcome && staged.row.mistakes == (outcome == .falseAlarm ? 1 : 0))
    }
  }

  @Test("is detected at any time after the heal of a connection that was lost for good")
  func lost() {
    let flush = Fault.natFlush(loose: false)
    var staged = StagedMeasurement([.inject(flush, at: 5)], topology: Topology(path: .nat))
    staged.inject()
    staged.declare(at: 19)
    staged.end(at: 19)
    #expect(staged.row.outcome == .detected)
  }

  @Test("counts a verdict that was told in time and read late, and none that came after the end")
  func readLate() {
    for (time, outcome) in [(19.999, Outcome.detected), (20.001, .missed)] {
      var staged = StagedMeasurement()
      staged.inject()
      staged.end(at: 20)
      staged.declare(at: time)
      #expect(staged.row.outcome == outcome)
    }
    var healed = StagedMeasurement(pullAndReplug)
    healed.inject()
    healed.heal(1, at: 10)
    healed.end(at: 20)
    healed.recover(at: 20.5)
    #expect(healed.row.outcome == .missed && healed.row.recovery == nil)
  }

  @Test("takes a verdict during the injection for one at t0, which is known no better")
  func duringInjection() {
    var staged = StagedMeasurement()
    staged.declare(at: 4.9995, .errno("ECONNRESET"))
    staged.inject()
    staged.end(at: 5.001)
    #expect(staged.row.outcome == .detected && staged.row.detection == .zero && staged.row.observed == .zero)
  }
}
