import Results
import Testing

@Suite("The rule of three")
struct RuleOfThreeTests {
  @Test("clean trials bound the failure probability, three or fewer do not")
  func remarks() {
    #expect(RuleOfThree.remark(cleanTrials: 1) == "1 clean trial says nothing about how often it fails")
    #expect(RuleOfThree.remark(cleanTrials: 30).contains("below 3/30 at 95 %"))
  }

  @Test("no event in a time puts the mean time between events at a third of it or more")
  func meanTime() {
    #expect(RuleOfThree.leastMeanTime(cleanTime: .seconds(90)) == .seconds(30))
  }
}
