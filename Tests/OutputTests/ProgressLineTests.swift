import Model
import Testing

@testable import Output

@Suite("A line of progress")
struct ProgressLineTests {
  @Test("tells the time left on the real clock, rounded up")
  func realClock() {
    let line = ProgressLine(done: 3, total: 60, elapsed: .seconds(5), left: .atMost(.milliseconds(12_100)))
    #expect(line.text() == "3 of 60 measurements done; at most 13 s left")
  }

  @Test("tells the time left on the virtual clock, on both clocks, from what is done")
  func virtualClock() {
    let line = ProgressLine(done: 15, total: 60, elapsed: .seconds(4), left: .asFar(virtual: .seconds(3600)))
    #expect(
      line.text()
        == "15 of 60 measurements done; about 12 s left, of virtual time 3 h; virtual time 1 h in 4 s, 900 times as fast"
    )
    let start = ProgressLine(done: 0, total: 60, elapsed: .zero, left: .asFar(virtual: .zero))
    #expect(start.text() == "0 of 60 measurements done; virtual time 0 s in 0.1 s, 0 times as fast")
  }

  @Test("leaves out what the terminal has no room for, the least first", arguments: 1...130)
  func clipped(width: Int) {
    let line = ProgressLine(done: 15, total: 60, elapsed: .seconds(4), left: .asFar(virtual: .seconds(3600)))
    let text = line.text(width: width)
    #expect(!text.isEmpty && text.count <= width && line.text().hasPrefix(text))
    #expect(width < 26 || text.hasPrefix("15 of 60 measurements done"))
    #expect(width < 64 || text.contains("about 12 s left"))
  }

  @Test(
    "times are spelled in their two largest units",
    arguments: [
      (0.04, "0 s"), (0.26, "0.3 s"), (3, "3 s"), (9.96, "10 s"), (45.4, "45 s"), (59.7, "1 min"), (225, "3 min 45 s"),
      (3599.7, "1 h"), (8190, "2 h 17 min"), (86_399, "1 d"), (7_776_000, "90 d"),
    ])
  func spelling(seconds: Double, expected: String) {
    #expect(Duration(seconds: seconds).roughly() == expected)
  }

  @Test("a limit is rounded up")
  func limit() {
    #expect(Duration(seconds: 0.01).roughly(.up) == "0.1 s")
    #expect(Duration(seconds: 3601).roughly(.up) == "1 h 1 min")
    #expect(Duration.seconds(Int64.max).roughly().hasPrefix("11574074074 d"))
  }
}
