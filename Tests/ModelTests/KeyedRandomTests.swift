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
}
