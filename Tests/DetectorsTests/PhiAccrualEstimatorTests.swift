import Glibc
import Model
import Testing

@testable import Detectors

@Suite("The phi accrual estimator")
struct PhiAccrualEstimatorTests {
  private func estimator(
    interval: Duration = .milliseconds(100), window: Int = 1000, minDeviation: Duration = .milliseconds(5)
  ) -> PhiAccrualEstimator {
    PhiAccrualEstimator(
      start: milliseconds(0), interval: interval, window: window, minDeviation: minDeviation)
  }

  @Test("before the first arrival the estimate is the interval")
  func beginning() {
    var estimator = estimator()
    #expect(estimator.mean == .milliseconds(100))
    #expect(estimator.deviation == .milliseconds(5))
    // Half the arrivals are later than the mean: phi is log10 2.
    #expect(abs(estimator.phi(at: milliseconds(100)) - log10(2)) < 1e-12)
    #expect(abs((estimator.crossing(of: log10(2)) - milliseconds(100)).inNanoseconds) <= 1)
    // One deviation late: 0.158655 (any table).
    #expect(abs(pow(10, -estimator.phi(at: milliseconds(105))) - 0.158655253931457) < 1e-12)
    estimator.arrived(at: milliseconds(7))
    #expect(estimator.mean == .milliseconds(100), "one arrival makes no spacing")
    #expect(abs((estimator.crossing(of: log10(2)) - milliseconds(107)).inNanoseconds) <= 1)
  }

  @Test("mean and deviation are those of the spacings in the window")
  func window() {
    var estimator = estimator(window: 4, minDeviation: .nanoseconds(1))
    // Spacings 900, then 2, 4, 4, 6: mean 4, mean square 2.
    for time in [0, 900, 902, 906, 910, 916] { estimator.arrived(at: milliseconds(Double(time))) }
    #expect(estimator.mean == .milliseconds(4))
    #expect(estimator.deviation == .nanoseconds(Int64((2.0.squareRoot() * 1e6).rounded())))
    // 4 + sqrt 2 x 2.326347874 ms after the last: 1 % of the arrivals are later.
    let crossing = estimator.crossing(of: 2)
    #expect(abs((crossing - milliseconds(916)).inSeconds * 1000 - (4 + 2.0.squareRoot() * 2.326347874040841)) < 1e-5)
  }

  @Test("a regular series has the least deviation, and not a smaller one")
  func leastDeviation() {
    var estimator = estimator(minDeviation: .milliseconds(20))
    for beat in 0...50 { estimator.arrived(at: milliseconds(Double(beat) * 100)) }
    #expect(estimator.mean == .milliseconds(100))
    #expect(estimator.deviation == .milliseconds(20))
  }

  @Test("phi grows with time, and reaches each threshold at its crossing", arguments: [0.1, 1, 3, 8, 16, 100, 300])
  func crossing(threshold: Double) {
    var estimator = estimator(minDeviation: .microseconds(100))
    var last = Instant(nanoseconds: 0)
    for arrival in RecordedArrivals.instants {
      estimator.arrived(at: arrival)
      let crossing = estimator.crossing(of: threshold)
      #expect(estimator.phi(at: crossing) >= threshold * (1 - 1e-9))
      #expect(estimator.phi(at: crossing - .microseconds(2)) < threshold)
      #expect(crossing > last)
      last = arrival
    }
    let times = (0...500).map { last + .microseconds(200) * $0 }
    let phis = times.map { estimator.phi(at: $0) }
    #expect(zip(phis, phis.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(phis.allSatisfy { $0 >= 0 && $0.isFinite })
  }

  @Test("of arrivals that are normally distributed, one in 10^threshold comes after the crossing")
  func accuracy() {
    var random = RandomSeries(seed: 4)
    var estimator = estimator(minDeviation: .milliseconds(1))
    var now = milliseconds(0)
    let count = 20_000
    var late = [0, 0]
    for arrival in 0..<count {
      now = now + .nanoseconds(Int64((100 + 5 * random.normal()) * 1e6))
      for (index, threshold) in [1.0, 2].enumerated() where arrival > 1000 && now > estimator.crossing(of: threshold) {
        late[index] += 1
      }
      estimator.arrived(at: now)
    }
    // Of 19,000: 1900 +- 4 x 41, 190 +- 4 x 14, and a little more as the estimate is one itself.
    #expect((1736...2064).contains(late[0]))
    #expect((134...246).contains(late[1]))
  }

  @Test("losses make it more patient, and a higher threshold makes fewer mistakes")
  func losses() {
    func mistakes(threshold: Double, loss: Double) -> (count: Int, patience: Duration) {
      var random = RandomSeries(seed: 11)
      var estimator = estimator(window: 200)
      var count = 0
      for beat in 0..<5000 {
        let arrival = milliseconds(Double(beat) * 100 + 1 + 2 * random.uniform())
        if random.uniform() < loss { continue }
        if arrival > estimator.crossing(of: threshold) { count += 1 }
        estimator.arrived(at: arrival)
      }
      return (count, estimator.crossing(of: threshold) - estimator.last)
    }
    #expect(mistakes(threshold: 1, loss: 0).count == 0)
    let counts = [1.0, 2, 4, 8].map { mistakes(threshold: $0, loss: 0.1).count }
    #expect(counts[0] > 300, "one loss in ten is too much for a phi of 1")
    #expect(zip(counts, counts.dropFirst()).allSatisfy { $0 >= $1 })
    #expect(counts[3] < 20)
    #expect(mistakes(threshold: 8, loss: 0.1).patience > mistakes(threshold: 8, loss: 0).patience)
  }

  @Test("a wide enough deviation makes no mistake in a real run, and a narrower one does")
  func recorded() {
    func mistakes(minDeviation: Duration) -> Int {
      var estimator = PhiAccrualEstimator(
        start: RecordedArrivals.instants[0], interval: RecordedArrivals.interval, window: 100,
        minDeviation: minDeviation)
      var count = 0
      for arrival in RecordedArrivals.instants {
        if arrival > estimator.crossing(of: 8) { count += 1 }
        estimator.arrived(at: arrival)
      }
      return count
    }
    #expect(mistakes(minDeviation: .milliseconds(10)) == 0)
    #expect(mistakes(minDeviation: .nanoseconds(1)) > 0)
  }
}
