import Model
import Testing

@testable import Detectors

@Suite("Whether a measurement agrees with its prediction")
struct AgreementTests {
  private let kernel = KernelTimers(hz: 250)
  private let range = Prediction.range(min: .seconds(2), max: .seconds(3))

  @Test("a range tolerates a tick before and two ticks and 3 ms after")
  func tolerance() {
    #expect(range.agrees(detection: .milliseconds(1996), kernel: kernel) == true)
    #expect(range.agrees(detection: .microseconds(1_995_900), kernel: kernel) == false)
    #expect(range.agrees(detection: .milliseconds(3011), kernel: kernel) == true)
    #expect(range.agrees(detection: .microseconds(3_011_100), kernel: kernel) == false)
  }

  @Test("no declaration agrees with never, and disagrees with a range once its time is over")
  func notDeclared() {
    #expect(Prediction.never.agrees(detection: nil, kernel: kernel) == true)
    #expect(Prediction.never.agrees(detection: .seconds(1), kernel: kernel) == false)
    #expect(range.agrees(detection: nil, kernel: kernel) == false)
    #expect(range.agrees(detection: nil, observed: .seconds(4), kernel: kernel) == false)
    #expect(range.agrees(detection: nil, observed: .milliseconds(2500), kernel: kernel) == nil)
  }

  @Test("a measurement without a prediction cannot be judged")
  func unknown() {
    #expect(Prediction.unknown("why").agrees(detection: .seconds(1), kernel: kernel) == nil)
  }
}
