import Model
import Testing

@testable import Campaign

/// The metrics of Chen, Toueg and Aguilera (2002), on histories drawn by hand. Times in seconds.
@Suite("Accuracy")
struct AccuracyTests {
  private func at(_ seconds: Double) -> Instant { Instant(nanoseconds: 0) + .init(seconds: seconds) }

  private func suspicion(_ from: Double, _ until: Double?) -> Suspicion {
    Suspicion(signal: .missedHeartbeats, from: at(from), until: until.map(at))
  }

  private func accuracy(
    _ suspicions: [Suspicion], outages: [(Double, Double)] = [], window: Double = 100, t0: Double? = nil
  ) -> Accuracy {
    Accuracy(
      of: suspicions, outages: outages.map { DeadTime(at($0.0), at($0.1)) }, window: at(0)..<at(window), t0: t0.map(at))
  }

  @Test("suspicions of a living peer are mistakes, and their time counts")
  func mistakes() {
    let result = accuracy([suspicion(10, 12), suspicion(50, 53), suspicion(99, nil)])
    #expect(result.mistakes == 3)
    #expect(result.mistakeTime == .seconds(6))
    #expect(result.alive == .seconds(100))
    #expect(result.detection == nil)
  }

  @Test("the suspicion that holds at the end of an outage is its detection; what follows of it is no mistake")
  func detection() {
    let result = accuracy([suspicion(33, 35), suspicion(37, 45)], outages: [(30, 40)], t0: 30)
    #expect(result.detection?.from == at(37))
    #expect(result.mistakes == 0)
    #expect(result.alive == .seconds(85), "the outage, and five seconds of a suspicion that it had brought on")
  }

  @Test("a suspicion that was taken back before the outage ended detects nothing")
  func takenBack() {
    let result = accuracy([suspicion(33, 35)], outages: [(30, 40)], t0: 30)
    #expect(result.detection == nil)
    #expect(result.mistakes == 0)
  }

  @Test("a mistake that lasts into an outage counts as one until then")
  func mistakenIntoOutage() {
    let result = accuracy([suspicion(25, nil)], outages: [(30, 100)], t0: 30)
    #expect(result.mistakes == 1)
    #expect(result.mistakeTime == .seconds(5))
    #expect(result.alive == .seconds(30))
    #expect(result.detection?.from == at(25))
  }

  @Test("a detector that trusts again with the heal, before the connection has recovered, did detect")
  func trustsAtHeal() {
    let outage = DeadTime(at(30), at(40), over: at(43))
    let result = Accuracy(of: [suspicion(31, 39.999)], outages: [outage], window: at(0)..<at(100), t0: at(30))
    #expect(result.detection?.from == at(31))
    let again = Accuracy(of: [suspicion(41, 42)], outages: [outage], window: at(0)..<at(100), t0: at(30))
    #expect(again.mistakes == 0 && again.detection == nil)
  }

  @Test("outages are what kills, until the first round trip after the last heal; a lost connection is lost for good")
  func outages() {
    let t0 = at(30)
    let path = EffectSpan(effect: .pathBroken(hostUnreachable: true), start: .zero, end: .seconds(10))
    let slow = EffectSpan(effect: .slow, start: .seconds(1), end: nil)
    #expect([slow].outages(t0: t0, recoveredAt: nil, end: at(100)).isEmpty)
    #expect(
      [path, slow].outages(t0: t0, recoveredAt: at(41), end: at(100)) == [DeadTime(at(30), at(40), over: at(41))])
    let lost = EffectSpan(effect: .connectionLost(.whenSpokenTo), start: .seconds(5), end: nil)
    #expect([path, lost].outages(t0: t0, recoveredAt: nil, end: at(100)) == [DeadTime(at(30), at(100))])
  }
}
