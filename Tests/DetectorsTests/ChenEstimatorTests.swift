import Model
import Testing

@testable import Detectors

@Suite("Chen's estimator")
struct ChenEstimatorTests {
  private func estimator(margin: Double = 50, window: Int = 3) -> ChenEstimator {
    ChenEstimator(
      start: milliseconds(1000), interval: .milliseconds(100), margin: .nanoseconds(Int64(margin * 1e6)),
      window: window)
  }

  @Test("the freshness points are those of the paper")
  func series() {
    var estimator = estimator()
    #expect(estimator.nextArrival == milliseconds(1100))
    #expect(estimator.freshnessPoint == milliseconds(1150))
    // Numbers and arrivals; after each the estimate (1/n) sum (A_i - eta s_i) + (l+1) eta, by hand.
    let steps: [(number: Int64, arrival: Double, next: Double)] = [
      (0, 1004, 1104),  // 4
      (1, 1106, 1205),  // (4 + 6) / 2
      (2, 1211, 1307),  // (4 + 6 + 11) / 3
      (4, 1401, 1506),  // (6 + 11 + 1) / 3; 3 was lost
      (5, 1530, 1614),  // (11 + 1 + 30) / 3
    ]
    for step in steps {
      estimator.arrived(step.number, at: milliseconds(step.arrival))
      #expect(estimator.nextArrival == milliseconds(step.next))
      #expect(estimator.freshnessPoint == milliseconds(step.next + 50))
    }
  }

  @Test("a stale answer changes nothing")
  func stale() {
    var estimator = estimator()
    estimator.arrived(3, at: milliseconds(1310))
    let before = estimator
    estimator.arrived(3, at: milliseconds(1320))
    estimator.arrived(2, at: milliseconds(1390))
    #expect(estimator == before)
    estimator.arrived(4, at: milliseconds(1410))
    #expect(estimator.latest == 4)
    #expect(estimator.nextArrival == milliseconds(1510))
  }

  @Test("after an answer that is too late to be fresh, the peer stays suspected")
  func tooLate() {
    var estimator = estimator(window: 1000)
    for beat in 0..<10 { estimator.arrived(Int64(beat), at: milliseconds(1001 + Double(beat) * 100)) }
    estimator.arrived(10, at: milliseconds(9000))
    #expect(estimator.freshnessPoint < milliseconds(9000))
  }

  /// A series whose delays are within 0 to 10 ms, with losses.
  private func lossy(_ count: Int, loss: Double) -> [(number: Int64, arrival: Instant)] {
    var random = RandomSeries(seed: 7)
    return (0..<count).compactMap { beat in
      let delay = 10 * random.uniform()
      return random.uniform() < loss ? nil : (Int64(beat), milliseconds(1000 + Double(beat) * 100 + delay))
    }
  }

  @Test("a margin beyond the jitter makes one mistake per loss, and one beyond k intervals tolerates k losses in a row")
  func losses() {
    let series = lossy(5000, loss: 0.2)
    // Gaps in the numbers: how many heartbeats were lost in a row.
    let gaps = zip(series, series.dropFirst()).map { $1.number - $0.number - 1 }
    for borne in Int64(0)...2 {
      var estimator = estimator(margin: Double(borne) * 100 + 20, window: 1000)
      var mistakes = 0
      for (number, arrival) in series {
        if let latest = estimator.latest, latest >= 0, arrival > estimator.freshnessPoint { mistakes += 1 }
        estimator.arrived(number, at: arrival)
      }
      #expect(mistakes == gaps.count { $0 > borne })
      #expect(mistakes > 0)
    }
  }

  @Test("its estimate for a lossy series is the mean delay, whatever was lost")
  func unbiased() {
    var estimator = estimator(window: 2000)
    let series = lossy(2000, loss: 0.3)
    for (number, arrival) in series { estimator.arrived(number, at: arrival) }
    let delays = series.map { ($0.arrival - milliseconds(1000 + Double($0.number) * 100)).inSeconds }
    let mean = delays.reduce(0, +) / Double(delays.count)
    let last = series[series.count - 1].number
    let expected = milliseconds(1000 + Double(last + 1) * 100) + Duration(seconds: mean)
    #expect(abs((estimator.nextArrival - expected).inNanoseconds) <= 1)
  }

  @Test("a margin above the worst lateness of a real run makes no mistake, and one below it does")
  func recorded() throws {
    let delays = RecordedArrivals.microseconds.enumerated().map { $1 - Int64($0) * 50_000 }
    let worst = try #require(delays.max())
    func mistakes(margin: Duration) -> Int {
      var estimator = ChenEstimator(
        start: Instant(nanoseconds: 0), interval: RecordedArrivals.interval, margin: margin, window: 100)
      var count = 0
      for (number, arrival) in RecordedArrivals.instants.enumerated() {
        if arrival > estimator.freshnessPoint { count += 1 }
        estimator.arrived(Int64(number), at: arrival)
      }
      return count
    }
    #expect(mistakes(margin: .microseconds(worst)) == 0)
    #expect(mistakes(margin: .microseconds(worst / 4)) > 0)
    #expect(mistakes(margin: .zero) > mistakes(margin: .microseconds(worst / 4)))
  }
}
