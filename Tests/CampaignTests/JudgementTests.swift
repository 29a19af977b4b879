import Model
import Testing

@testable import Campaign

@Suite("Judgement")
struct JudgementTests {
  private let t0 = Instant(nanoseconds: 1_000_000_000_000)
  private let outage = EffectSpan(effect: .pathBroken(hostUnreachable: false), start: .zero, end: .seconds(5))

  private func judge(
    _ effects: [EffectSpan], declared: Duration? = nil, recovered: Duration? = nil, healed: Duration? = nil
  ) -> Judgement {
    Judgement(
      of: History(
        t0: t0, effects: effects, healedAt: healed.map { t0 + $0 }, declaredAt: declared.map { t0 + $0 },
        recoveredAt: recovered.map { t0 + $0 }))
  }

  @Test("declared while the path is broken is detected")
  func detected() {
    #expect(judge([outage], declared: .seconds(3)).outcome == .detected)
  }

  @Test("declared after the heal of a connection that could have recovered is late")
  func late() {
    #expect(judge([outage], declared: .seconds(6), healed: .seconds(5)).outcome == .late)
  }

  @Test("declared after the heal of a connection lost for good is detected")
  func lost() {
    let lost = EffectSpan(effect: .connectionLost(.whenSpokenTo), start: .zero, end: .seconds(5))
    #expect(judge([lost], declared: .seconds(6), healed: .seconds(5)).outcome == .detected)
  }

  @Test("a round trip after the heal is survived; none, and no declaration, is missed and says so")
  func survivedOrMissed() {
    #expect(judge([outage], recovered: .seconds(6), healed: .seconds(5)).outcome == .survived)
    let missed = judge([outage], healed: .seconds(5))
    #expect(missed.outcome == .missed && missed.reason == "not-recovered")
    #expect(judge([outage]).outcome == .missed && judge([outage]).reason == nil)
  }

  @Test("declared under no effect, before the fault, or because of slowness is a false alarm, each with its reason")
  func falseAlarms() {
    let none = EffectSpan(effect: .none, start: .zero, end: nil)
    #expect(judge([none], declared: .seconds(1)).reason == "no-effect")
    #expect(judge([none]).outcome == .unaffected && judge([none]).reason == nil)
    let slow = judge([EffectSpan(effect: .slow, start: .zero, end: nil)], declared: .seconds(1))
    #expect(slow.outcome == .falseAlarm && slow.reason == "slow")
    let early = Judgement(of: History(t0: nil, effects: [], declaredAt: t0))
    #expect(early.outcome == .falseAlarm && early.reason == "before-fault")
    #expect(judge([outage], declared: .seconds(-1)).outcome == .falseAlarm)
  }

  @Test("between two outages a declaration is late, within the second it is detected")
  func repeated() {
    let second = EffectSpan(effect: .pathBroken(hostUnreachable: true), start: .seconds(10), end: .seconds(15))
    #expect(judge([outage, second], declared: .seconds(7)).outcome == .late)
    #expect(judge([outage, second], declared: .seconds(12)).outcome == .detected)
  }
}
