import Model
import Testing

@testable import Detectors

@Suite("The adaptive interval")
struct AdaptiveIntervalTests {
  private func search(from: Int = 10, to: Int = 45, step: Int = 10, successes: Int = 2) -> AdaptiveInterval {
    AdaptiveInterval(
      AdaptiveSettings(
        from: .seconds(from), to: .seconds(to), step: .seconds(step), successes: successes, timeout: .seconds(5)))
  }

  @Test("it grows by one step after the set number of answers, up to the longest, and stays there")
  func growth() {
    var search = search()
    var intervals: [Duration] = []
    for _ in 0..<12 {
      intervals.append(search.interval)
      search.answered(after: search.interval)
    }
    #expect(intervals == [10, 10, 20, 20, 30, 30, 40, 40, 45, 45, 45, 45].map { .seconds($0) })
    #expect(search.longestGood == .seconds(45))
    #expect(!search.isSearching)
    let isBlamed = search.failed()
    #expect(!isBlamed, "an interval that was found good does not count as the cause")
    #expect(search.interval == .seconds(45))
  }

  @Test("after a failure it stays at the last good one")
  func failure() {
    var search = search()
    for _ in 0..<5 { search.answered(after: search.interval) }
    #expect(search.interval == .seconds(30))
    #expect(search.longestGood == .seconds(20))
    let isFirstBlamed = search.failed()
    #expect(isFirstBlamed)
    #expect(search.interval == .seconds(20))
    for _ in 0..<10 {
      let found = search.answered(after: .seconds(20))
      #expect(!found)
    }
    #expect(search.interval == .seconds(20))
    let isSecondBlamed = search.failed()
    #expect(!isSecondBlamed)
  }

  @Test("if not even the shortest was good, the shortest is used, and none counts as found")
  func shortest() {
    var search = search()
    let isBlamed = search.failed()
    #expect(isBlamed)
    #expect(search.interval == .seconds(10))
    #expect(search.longestGood == nil)
  }

  @Test("an answer after a shorter idle time does not count, and each longer interval is reported once")
  func idleTime() {
    var search = search(successes: 1)
    let found = [9, 10, 10, 21].map { search.answered(after: .seconds($0)) }
    #expect(found == [false, true, false, true])
    #expect(search.longestGood == .seconds(20))
  }

  @Test("it finds the longest step that a path tolerates", arguments: 1...60)
  func search(bears: Int) {
    var search = search(from: 5, to: 50, step: 5, successes: 3)
    while search.isSearching {
      if search.interval <= .seconds(bears) { search.answered(after: search.interval) } else { search.failed() }
    }
    #expect(search.interval == .seconds(max(5, min(bears / 5 * 5, 50))))
    #expect(search.longestGood == (bears < 5 ? nil : search.interval))
  }
}
