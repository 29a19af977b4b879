import Foundation
import Testing

@testable import ScenarioReader

@Suite("Patterns of numbers")
struct NumberPatternTests {
  @Test(
    "a range's pattern matches its numbers, and no others",
    arguments: [(0, 0), (0, 9), (7, 1003), (24, 131), (99, 100)])
  func integers(least: Int, most: Int) {
    let pattern = "^\(NumberPattern.integers(least...most))$"
    for number in 0...1500 {
      let matches = "\(number)".range(of: pattern, options: .regularExpression) != nil
      #expect(matches == (least...most).contains(number), "\(number)")
    }
    #expect("00\(most)".range(of: pattern, options: .regularExpression) != nil)
  }
}
