import Model
import Results
import Testing

@Suite("Order statistics")
struct OrderStatisticsTests {
  @Test("the interval of the median takes six values, and ten give the second and the ninth")
  func medianInterval() {
    #expect(OrderStatistics.medianInterval(of: 0) == nil)
    #expect(OrderStatistics.medianInterval(of: 5) == nil)
    #expect(OrderStatistics.medianInterval(of: 6) == 1...6)
    #expect(OrderStatistics.medianInterval(of: 8) == 1...8)
    #expect(OrderStatistics.medianInterval(of: 9) == 2...8)
    #expect(OrderStatistics.medianInterval(of: 10) == 2...9)
    #expect(OrderStatistics.medianInterval(of: 20) == 6...15)
    #expect(OrderStatistics.medianInterval(of: 100) == 40...61)
    // 500000 -+ 1.959964 * 500, the normal approximation.
    #expect(OrderStatistics.medianInterval(of: 1_000_000) == 499_020...500_981)
  }

  @Test("the upper bound of the median takes five values, of p95 fifty-nine, and then it is the greatest")
  func upperBound() {
    #expect(OrderStatistics.upperBound(percentile: 50, of: 4) == nil)
    #expect(OrderStatistics.upperBound(percentile: 50, of: 5) == 5)
    #expect(OrderStatistics.upperBound(percentile: 50, of: 8) == 7)
    #expect(OrderStatistics.upperBound(percentile: 95, of: 58) == nil)
    #expect(OrderStatistics.upperBound(percentile: 95, of: 59) == 59)
    #expect(OrderStatistics.upperBound(percentile: 95, of: 92) == 92)
    #expect(OrderStatistics.upperBound(percentile: 95, of: 93) == 92)
    #expect(OrderStatistics.upperBound(percentile: 99.9, of: 1_000_000) == 999_053)
  }

  @Test("as many values are required as the greatest needs to be the upper bound")
  func requiredCount() {
    #expect(OrderStatistics.requiredCount(percentile: 1) == 1)
    #expect(OrderStatistics.requiredCount(percentile: 50) == 5)
    #expect(OrderStatistics.requiredCount(percentile: 90) == 29)
    #expect(OrderStatistics.requiredCount(percentile: 95) == 59)
    #expect(OrderStatistics.requiredCount(percentile: 99) == 299)
    #expect(OrderStatistics.requiredCount(percentile: 99.9) == 2995)
    for percentile in stride(from: 0.5, to: 100, by: 0.5) {
      let count = OrderStatistics.requiredCount(percentile: percentile)
      #expect(OrderStatistics.upperBound(percentile: percentile, of: count) == count)
      #expect(OrderStatistics.upperBound(percentile: percentile, of: count - 1) == nil)
    }
  }

  @Test("a percentile is the nearest rank")
  func nearestRank() {
    #expect(OrderStatistics.rank(percentile: 95, of: 1) == 1)
    #expect(OrderStatistics.rank(percentile: 95, of: 10) == 10)
    #expect(OrderStatistics.rank(percentile: 95, of: 20) == 19)
    #expect(OrderStatistics.rank(percentile: 55, of: 100) == 55)
    #expect(OrderStatistics.rank(percentile: 50, of: 3) == 2)
    #expect(OrderStatistics.rank(percentile: 0.1, of: 5) == 1)
  }

  @Test("intervals hold the true median, and bounds the true percentile, in 95 % of random samples")
  func coverage() {
    var random = KeyedRandom(seed: 5, "coverage")
    var inInterval = 0
    var underBound = 0
    for _ in 0..<4000 {
      let values = (0..<70).map { _ in random.uniform() }.sorted()
      if let ranks = OrderStatistics.medianInterval(of: 70),
        values[ranks.lowerBound - 1] < 0.5, values[ranks.upperBound - 1] > 0.5
      {
        inInterval += 1
      }
      if let rank = OrderStatistics.upperBound(percentile: 90, of: 70), values[rank - 1] > 0.9 { underBound += 1 }
    }
    #expect((3780...3960).contains(inInterval))
    #expect((3780...3960).contains(underBound))
  }
}

@Suite("Samples, some of them censored")
struct SampleTests {
  private func sample(_ times: [Int], beyond limits: [Int] = []) -> SortedSample {
    var sample = Sample()
    for time in times { sample.insert(.seconds(time)) }
    for limit in limits { sample.insert(beyond: .seconds(limit)) }
    return sample.sorted()
  }

  @Test("an empty sample has no statistics")
  func empty() {
    let sample = sample([])
    #expect(sample.median == nil)
    #expect(sample.min == nil)
    #expect(sample.percentile(95) == nil)
    #expect(sample.medianInterval == nil)
    #expect(sample.upperBound(percentile: 50) == nil)
  }

  @Test("the median is the middle value or the mean of the two in the middle")
  func median() {
    #expect(sample([3, 1, 2]).median == .at(.seconds(2)))
    #expect(sample([4, 1, 2, 9]).median == .at(.seconds(3)))
    #expect(sample([7]).median == .at(.seconds(7)))
  }

  @Test("known values give known statistics")
  func known() {
    let sample = sample([10, 9, 8, 7, 6, 5, 4, 3, 2, 1])
    #expect(sample.min == .at(.seconds(1)))
    #expect(sample.max == .at(.seconds(10)))
    #expect(sample.median == .at(.milliseconds(5500)))
    #expect(sample.medianInterval == BoundedRange(lower: .at(.seconds(2)), upper: .at(.seconds(9))))
    #expect(sample.percentile(90) == .at(.seconds(9)))
    #expect(sample.upperBound(percentile: 50) == .at(.seconds(9)))
  }

  @Test("the median of mostly missed trials is beyond the window, not a number")
  func mostlyCensored() {
    #expect(sample([3, 4], beyond: [12, 12, 12]).median == .beyond(.seconds(12)))
    #expect(sample([3, 4, 5], beyond: [12, 12]).median == .at(.seconds(5)))
    #expect(sample([], beyond: [12, 13, 14]).median == .beyond(.seconds(13)))
    #expect(sample([], beyond: [12]).min == .beyond(.seconds(12)))
    #expect(sample([3, 4, 5], beyond: [12]).max == .beyond(.seconds(12)))
  }

  @Test("half missed puts the median beyond the mean of its neighbours")
  func halfCensored() {
    #expect(sample([3, 4], beyond: [12, 12]).median == .beyond(.seconds(8)))
  }

  @Test("a censored time with an early limit makes no statistic shorter")
  func earlyLimit() {
    let sample = sample([5, 6, 7, 8], beyond: [1])
    #expect(sample.median == .at(.seconds(7)))
    #expect(sample.max == .beyond(.seconds(8)))
    #expect(sample.upperBound(percentile: 50) == .beyond(.seconds(8)))
  }
}
