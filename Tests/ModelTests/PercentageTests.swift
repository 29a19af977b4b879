import Model
import Testing

@Suite("Percentages")
struct PercentageTests {
  @Test(
    "a share is spelled by the shortest decimal that reads back",
    arguments: [
      (0, "0.0%"), (1, "100.0%"), (0.05, "5.0%"), (0.005, "0.5%"), (0.07, "7.0%"), (0.14, "14.0%"), (0.29, "29.0%"),
      (0.57, "57.0%"), (0.9, "90.0%"), (0.999_999_999, "99.9999999%"), (1e-9, "0.0000001%"), (0.00005, "0.005%"),
      (1.0 / 3, "33.33333333333333%"),
    ] as [(Double, String)])
  func spelled(share: Double, text: String) {
    #expect(Percentage.spell(share) == text)
    #expect(Percentage.share(spelled: text) == share)
  }

  @Test("whatever a scenario can say reads back as it was, by a spelling no longer than what it said")
  func roundTrip() {
    var random = KeyedRandom(seed: 1, "percentages")
    for _ in 0..<20_000 {
      // As the reader makes them: billionths.
      let billionths = random.next() % 1_000_000_001
      let share = Double(billionths) / 1e9
      let text = Percentage.spell(share)
      #expect(Percentage.share(spelled: text) == share)
      #expect(text.utf8.count <= "100.0000000%".utf8.count, "\(text)")
    }
    for _ in 0..<20_000 {
      let share = random.uniform()
      #expect(Percentage.share(spelled: Percentage.spell(share)) == share)
    }
  }

  @Test("other text is not a percentage", arguments: ["", "%", "5", "5 %", "-5%", "5e1%", "5.%.%", "nan%", "0x5%"])
  func malformed(text: String) {
    #expect(Percentage.share(spelled: text) == nil)
  }

  @Test("the words of the CSV show no more digits than were given")
  func words() {
    #expect(Impairment(loss: 0.07).spelled == "loss=7.0%")
    #expect(
      Impairment(
        delay: .seconds(1), jitter: .milliseconds(1), delayCorrelation: 0.14, lossCorrelation: 0.28,
        gilbertElliott: GilbertElliott(toBad: 0.07, toGood: 0.29, lossInBad: 0.55, lossInGood: 0.56),
        duplicate: 0.57, reorder: 0.58, corrupt: 0.07
      ).spelled
        == "delay=1s jitter=1ms delayCorrelation=14.0% lossCorrelation=28.0% gilbertElliott=7.0%/29.0%/55.0%/56.0% "
        + "duplicate=57.0% reorder=58.0% corrupt=7.0%")
    let policy = FailoverPolicy(
      target: .backup, retry: .backoff(initial: .seconds(1), longest: .seconds(2), jitter: 0.07))
    #expect(policy.spelled == "backup backoff initial=1s longest=2s jitter=7.0%")
  }
}
