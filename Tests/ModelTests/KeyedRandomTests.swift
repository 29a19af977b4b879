import Model
import Testing

@Suite("Keyed random numbers")
struct KeyedRandomTests {
  @Test("the same key draws the same numbers, another key others")
  func keyed() {
    var first = KeyedRandom(seed: 7, "scenario", "3", "phase")
    var again = KeyedRandom(seed: 7, "scenario", "3", "phase")
    var shifted = KeyedRandom(seed: 7, "scenario3", "", "phase")
    let numbers = (0..<8).map { _ in first.next() }
    #expect(numbers == (0..<8).map { _ in again.next() })
    #expect(numbers != (0..<8).map { _ in shifted.next() })
  }

  @Test("uniform numbers fill [0, 1) evenly")
  func uniform() {
    var random = KeyedRandom(seed: 1, "uniform")
    var counts = Array(repeating: 0, count: 10)
    for _ in 0..<10_000 { counts[Int(random.uniform() * 10)] += 1 }
    #expect(counts.allSatisfy { (850...1150).contains($0) })
  }

  /// Computed apart from this code, from the definitions of FNV-1a and SplitMix64: whatever changes them changes the
  /// rows of every seed.
  @Test("a key draws what it has always drawn")
  func golden() {
    var random = KeyedRandom(seed: 7, "scenario", "3", "phase")
    #expect(
      (0..<4).map { _ in random.next() } == [
        0x2411_8a9c_adcb_0645, 0xedbe_543d_4987_01ac, 0xd002_d858_3532_b3c3, 0x9e61_6dc7_88af_3c35,
      ])
    var uniform = KeyedRandom(seed: 7, "scenario", "3", "phase")
    #expect((0..<3).map { _ in uniform.uniform() } == [0.1408926613346857, 0.9286854409815781, 0.8125434127188764])
  }
}

@Suite("Strata")
struct StrataTests {
  private let strata = Strata(trials: 10, order: KeyedRandom(seed: 1, "x", "phase order", "y"))

  private func point(_ trial: Int) -> Duration {
    strata.point(of: .seconds(1), trial: trial, by: KeyedRandom(seed: 1, "x", "phase", "y", "\(trial)"))
  }

  /// Computed apart from this code: the shuffle of Fisher and Yates gives 3 4 5 7 8 6 2 9 0 1.
  @Test("a trial has the point that it has always had")
  func golden() {
    #expect(point(1) == .nanoseconds(338_653_766))
    #expect(point(2) == .nanoseconds(483_928_496))
    #expect(point(10) == .nanoseconds(147_834_714))
    #expect((1...10).map { point($0) / .milliseconds(100) }.map { Int($0) } == [3, 4, 5, 7, 8, 6, 2, 9, 0, 1])
  }

  @Test("each part is hit once, whatever the number of trials", arguments: [1, 2, 7, 100])
  func parts(trials: Int) {
    let strata = Strata(trials: trials, order: KeyedRandom(seed: 3, "order"))
    let hit = (1...trials).map { trial in
      Int(strata.point(of: .seconds(1), trial: trial, by: KeyedRandom(seed: 3, "\(trial)")).inSeconds * Double(trials))
    }
    #expect(hit.sorted() == Array(0..<trials))
  }
}
