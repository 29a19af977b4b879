import Results
import Testing

@Suite("The rule of three")
struct RuleOfThreeTests {
  @Test("clean trials bound the failure probability, three or fewer do not")
  func remarks() {
    #expect(
      RuleOfThree.remark(cleanTrials: 1) == "if the only trial passes, that says nothing about how often it fails")
    #expect(
      RuleOfThree.remark(cleanTrials: 30)
        == "if all 30 trials pass, it fails in fewer than 10 % of cases, with 95 % confidence")
  }

  @Test("no event in a time puts the mean time between events at a third of it or more")
  func meanTime() {
    #expect(RuleOfThree.leastMeanTime(cleanTime: .seconds(90)) == .seconds(30))
  }
}
