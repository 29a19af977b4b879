import Model
import Testing

@testable import Detectors

@Suite("The timer wheel")
struct TimerWheelTests {
  @Test("levels begin at 63 times a power of eight")
  func levels() {
    #expect([0, 62, 63, 503, 504, 4031, 4032, 32255, 32256].map(TimerWheel.level) == [0, 0, 1, 1, 2, 2, 3, 3, 4])
    #expect(TimerWheel.level(.max) == 8)
  }

  @Test("within a callback the wheel's clock is a jiffy ahead")
  func callback() {
    let jiffy = Int64(1) << 32
    let now = Firing(earliest: 0, latest: 0, origin: jiffy)
    #expect(now.after(63, from: .callback).earliest == 64)
    #expect(now.after(61, from: .callback).earliest == 62)
    #expect(now.after(65, from: .systemCall).earliest == 72)
    #expect(Firing(earliest: 0, latest: 0).after(63, from: .callback).latest == 64)
    #expect(Firing(earliest: 0, latest: 0).after(63, from: .systemCall).latest == 71)
  }

  @Test(
    "after one firing every further interval takes exactly W",
    arguments: [(100, 1.04, 76.8), (250, 1.024, 75.776), (1000, 1.024, 77.824)])
  func repeated(hz: Int, second: Double, seventyFive: Double) {
    for (interval, expected) in [(1, second), (75, seventyFive)] {
      let delay = Int64(interval * hz)
      let first = Firing(earliest: 0, latest: 0).after(delay)
      let next = first.after(delay)
      #expect(Double(next.earliest - first.earliest) / Double(hz) == expected)
      #expect(Double(next.latest - first.latest) / Double(hz) == expected)
    }
  }

  @Test("the default idle time has this granularity", arguments: [(100, 327.68), (250, 131.072), (1000, 262.144)])
  func idleGranularity(hz: Int, expected: Double) {
    #expect(Double(TimerWheel.granularity(Int64(7200 * hz))) / Double(hz) == expected)
  }

  @Test("a range of firings holds every exact firing, and each of its ends is one")
  func intervals() {
    var random = KeyedRandom(seed: 9, "wheel")
    for _ in 0..<300 {
      let first = Int64.random(in: 1...40_000, using: &random)
      let second = Int64.random(in: 1...40_000, using: &random)
      let range = Firing(earliest: 0, latest: 0).after(first).after(second)
      var (lowest, highest) = (Int64.max, Int64.min)
      for armed in Int64(1 << 32)..<Int64(1 << 32) + 32768 {
        let exact = Firing(earliest: 0, latest: 0, origin: armed).after(first).after(second)
        (lowest, highest) = (min(lowest, exact.earliest), max(highest, exact.latest))
      }
      #expect(range.earliest <= lowest && range.latest >= highest)
      #expect(lowest - range.earliest <= 8 && range.latest - highest <= TimerWheel.granularity(second))
    }
  }
}
