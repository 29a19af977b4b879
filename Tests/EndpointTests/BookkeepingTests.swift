import EndpointProtocol
import Model
import Testing

@testable import Endpoint

@Suite("Schedules, deadlines and accounts")
struct BookkeepingTests {
  static func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

  @Test("a schedule never drifts, and can skip what was missed")
  func schedule() {
    var schedule = Schedule(start: Self.at(1000), interval: .milliseconds(100))
    #expect(schedule.next == Self.at(1000))
    schedule.advance()
    #expect(schedule.next == Self.at(1100))
    schedule.advance(past: Self.at(1100))
    #expect(schedule.next == Self.at(1200))
    schedule.advance(past: Self.at(1555))
    #expect(schedule.next == Self.at(1600))
    schedule.advance(past: Self.at(1700))
    #expect(schedule.next == Self.at(1800))
    #expect(schedule.first(notBefore: Self.at(0)) == Self.at(1000))
    #expect(schedule.first(notBefore: Self.at(1200)) == Self.at(1200))
    #expect(schedule.first(notBefore: Self.at(1201)) == Self.at(1300))
  }

  @Test("a heartbeat's deadline follows the last answer, or the beginning before the first")
  func heartbeatDeadline() {
    var driver = HeartbeatDriver(settings: HeartbeatSettings(interval: .seconds(1), timeout: .seconds(3)))
    #expect(driver.deadline(lastAnswer: nil, oldestRequest: Self.at(1)) == nil)
    driver.begin(at: Self.at(1000))
    #expect(driver.deadline(lastAnswer: nil, oldestRequest: nil)?.at == Self.at(4000))
    #expect(
      driver.deadline(lastAnswer: Self.at(5000), oldestRequest: Self.at(1))
        == Deadline(at: Self.at(8000), signal: .missedHeartbeats))
    #expect(driver.counts(.heartbeatAnswer))
    #expect(!driver.counts(.requestAnswer))
  }

  @Test("a request timeout's deadline follows the oldest request")
  func requestDeadline() {
    let driver = RequestTimeoutDriver(settings: RequestTimeoutSettings(timeout: .seconds(2)))
    #expect(driver.deadline(lastAnswer: Self.at(1), oldestRequest: nil) == nil)
    #expect(
      driver.deadline(lastAnswer: nil, oldestRequest: Self.at(500))
        == Deadline(at: Self.at(2500), signal: .requestTimeout))
  }

  @Test("the history finds the last answer at or before, and the first after an instant")
  func history() {
    var history = AnswerHistory()
    #expect(history.last(notAfter: Self.at(5)) == nil)
    for time in Int64(1)...20_000 { history.add(Self.at(time)) }
    #expect(history.last == Self.at(20_000))
    #expect(history.last(notAfter: Instant(nanoseconds: 19_000_500_000)) == Self.at(19_000))
    #expect(history.first(after: Self.at(19_000)) == Self.at(19_001))
    #expect(history.first(after: Self.at(20_000)) == nil)
    #expect(history.last(notAfter: Self.at(17_000)) == Self.at(17_000), "thousands are kept")
  }

  @Test("every request is answered in time, late, lost or outstanding")
  func requests() {
    var log = RequestLog()
    let opening = log.add(.opening, sentAt: Self.at(0))
    #expect(log.answer(opening, at: Self.at(1))?.purpose == .opening)
    let numbers = (1...4).map { log.add(.workload, sentAt: Self.at($0 * 100)) }
    #expect(log.oldestOutstanding == Self.at(100))
    #expect(log.answer(numbers[1], at: Self.at(210)) != nil)
    #expect(log.oldestOutstanding == Self.at(100))
    #expect(log.answer(numbers[0], at: Self.at(400)) != nil)
    #expect(log.answer(numbers[0], at: Self.at(401)) == nil, "an answer counts once")
    #expect(log.answer(99, at: Self.at(401)) == nil)
    #expect(log.oldestOutstanding == Self.at(300))
    #expect(log.settled(timeout: .milliseconds(50)) == Self.at(450))
    log.loseOutstanding()
    #expect(log.oldestOutstanding == nil)
    #expect(log.settled(timeout: .milliseconds(50)) == nil)
    #expect(log.answer(numbers[2], at: Self.at(500)) == nil)
    #expect(log.oldestUnanswered(sentBy: Self.at(299)) == nil)
    #expect(log.oldestUnanswered(sentBy: Self.at(300)) == Self.at(300))
    #expect(
      log.report(timeout: .milliseconds(50)) == [
        .request(sentAt: Self.at(100), answeredAt: nil), .request(sentAt: Self.at(200), answeredAt: Self.at(210)),
        .request(sentAt: Self.at(300), answeredAt: nil), .request(sentAt: Self.at(400), answeredAt: nil),
      ])
  }

  @Test("the load is the busy share of the last second")
  func load() {
    var meter = LoadMeter(start: Self.at(0))
    #expect(meter.permille(at: Self.at(0)) == 0)
    meter.add(from: Self.at(100), to: Self.at(350))
    #expect(meter.permille(at: Self.at(1000)) == 250)
    #expect(meter.permille(at: Self.at(1500)) == 125)
    #expect(meter.permille(at: Self.at(2500)) == 0)
    meter.add(from: Self.at(3000), to: Self.at(9000))
    #expect(meter.permille(at: Self.at(9000)) == 1000)
    #expect(meter.permille(at: Self.at(9500)) == 500)
  }
}
