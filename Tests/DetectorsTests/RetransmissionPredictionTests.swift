import Model
import Testing

@testable import Detectors

@Suite("Predictions of the retransmission timer")
struct RetransmissionPredictionTests {
  /// One request, written at t0, is never acknowledged.
  private func prediction(
    retries: Int = 15, userTimeout: Duration? = nil, hz: Int = 250, rto: Duration = .milliseconds(204),
    unreachable: Bool = false, offset: Int64? = nil, every: Duration = .seconds(60)
  ) -> Prediction {
    let settings: DetectorSettings = userTimeout.map { keepalive(7200, 75, 9, userTimeout: $0) } ?? .none
    return settings.prediction(
      of: broken(unreachable: unreachable), workload: .requests(every: every, timeout: .seconds(1)),
      connection: quietConnection(rto: rto), application: ApplicationState(nextRequest: Instant(nanoseconds: 0)),
      t0: Instant(nanoseconds: 0), kernel: KernelTimers(hz: hz, jiffiesOffset: offset, retries2: retries))
  }

  @Test("the default tcp_retries2 takes this long")
  func defaults() throws {
    #expect(prediction().isRange(937.69, 939.74))
    // At HZ=100 the timeout is 200 ms in virtual time, where a round trip takes no time, and otherwise 210 ms.
    let fast = try #require(prediction(hz: 100, rto: .milliseconds(200)).seconds)
    let slow = try #require(prediction(hz: 100, rto: .milliseconds(210)).seconds)
    #expect(abs(fast.lowerBound - 949) < 0.5 && fast.contains(951) && abs(slow.upperBound - 965) < 0.5)
  }

  @Test("three and four retries are the same time, and five are this long")
  func fewRetries() {
    #expect(prediction(retries: 3).isRange(6.62, 6.87))
    #expect(prediction(retries: 4) == prediction(retries: 3))
    #expect(prediction(retries: 5).isRange(13.28, 13.53))
  }

  @Test("the budget of tcp_retries2 is a time")
  func budget() {
    var kernel = KernelTimers(hz: 250)
    #expect(kernel.retransmissionBudget == .milliseconds(924_600))
    kernel.retries2 = 5
    #expect(kernel.retransmissionBudget == .milliseconds(12_600))
    kernel.retries2 = 9
    #expect(kernel.retransmissionBudget == .milliseconds(204_600))
  }

  @Test("a user timeout of 10 s counts from the first retransmission")
  func userTimeout() {
    #expect(prediction(userTimeout: .seconds(10)).isRange(10.42, 10.67))
  }

  @Test("known jiffies make it exact to a few ticks")
  func exact() throws {
    for timeout in [nil, Duration.seconds(10)] {
      let wide = try #require(prediction(userTimeout: timeout).seconds)
      let exact = try #require(prediction(userTimeout: timeout, offset: 1 << 32).seconds)
      #expect(exact.upperBound - exact.lowerBound <= 0.012)
      #expect(wide.lowerBound <= exact.lowerBound && exact.upperBound <= wide.upperBound)
    }
  }

  @Test("host unreachable can end it earlier, but not before the budget")
  func unreachable() throws {
    let silent = try #require(prediction(userTimeout: .seconds(10)).seconds)
    let told = try #require(prediction(userTimeout: .seconds(10), unreachable: true).seconds)
    #expect(told.lowerBound == silent.lowerBound && told.upperBound >= silent.upperBound)
    let retries = try #require(prediction(retries: 5, unreachable: true).seconds)
    #expect(abs(retries.lowerBound - 13.02) < 0.01 && retries.upperBound >= 13.53)
  }

  @Test("requests that follow each other closely bring the first retransmission forward")
  func frequentRequests() throws {
    let rare = try #require(prediction(userTimeout: .seconds(10)).seconds)
    let frequent = try #require(prediction(userTimeout: .seconds(10), every: .milliseconds(100)).seconds)
    #expect(frequent.lowerBound < rare.lowerBound - 0.2 && frequent.lowerBound > 10.2)
    #expect(frequent.upperBound < rare.upperBound + 0.03)
  }

  @Test("data in flight at t0 counts from what is left of its timer")
  func inFlight() throws {
    var connection = quietConnection()
    (connection.unacknowledgedSegments, connection.timer) = (1, .retransmit)
    connection.timerExpiresIn = .milliseconds(100)
    let settings = keepalive(7200, 75, 9, userTimeout: .seconds(10))
    let workload = Workload.requests(every: .seconds(60), timeout: .seconds(1))
    func range(_ application: ApplicationState) throws -> ClosedRange<Double> {
      try #require(
        settings.prediction(
          of: broken(), workload: workload, connection: connection, application: application,
          t0: Instant(nanoseconds: 0), kernel: KernelTimers(hz: 250)
        ).seconds)
    }
    let fresh = try range(ApplicationState(oldestUnansweredRequest: .seconds(-0.104), nextRequest: .seconds(59.8)))
    #expect(fresh.lowerBound > 10.3 && fresh.upperBound < 10.57)
    let unknown = try range(ApplicationState(oldestUnansweredRequest: .seconds(-0.3), nextRequest: .seconds(59.7)))
    #expect(unknown.lowerBound < 10.11 && unknown.upperBound == fresh.upperBound)
    connection.backoff = 2
    #expect(
      settings.prediction(
        of: broken(), workload: workload, connection: connection, application: ApplicationState(),
        t0: Instant(nanoseconds: 0), kernel: KernelTimers(hz: 250)
      ).isUnknown)
  }

  @Test("a heal after the last retransmission comes too late, one before it does not")
  func lateHeal() {
    func prediction(_ end: Int, unreachable: Bool = false) -> Prediction {
      DetectorSettings.none.prediction(
        of: broken(until: .milliseconds(end), unreachable: unreachable),
        workload: .requests(every: .seconds(60), timeout: .seconds(1)), connection: quietConnection(),
        application: ApplicationState(nextRequest: Instant(nanoseconds: 0)), t0: Instant(nanoseconds: 0),
        kernel: KernelTimers(hz: 250, retries2: 5))
    }
    // Retransmissions at about 0.4, 0.8, 1.7, 3.4 and 6.8 s, the end at 13.4 s.
    #expect(prediction(10_000).isRange(13.28, 13.53))
    #expect(prediction(6000) == .never)
    #expect(prediction(6700).isUnknown)
    // Host unreachable may bring a retransmission after the heal.
    #expect(prediction(10_000, unreachable: true).isUnknown)
    #expect(prediction(5000, unreachable: true) == .never)
  }

  @Test("over all phases the next request adds up to its spacing")
  func allPhases() throws {
    let settings = keepalive(7200, 75, 9, userTimeout: .seconds(10))
    let range = try #require(
      settings.prediction(of: broken(), workload: seconds1Requests, kernel: KernelTimers(hz: 250)).seconds)
    #expect(abs(range.lowerBound - 10.42) < 0.02 && abs(range.upperBound - 11.67) < 0.02)
  }

  @Test("an idle connection without probes notices nothing")
  func idle() {
    let kernel = KernelTimers(hz: 250)
    #expect(DetectorSettings.none.prediction(of: broken(), workload: .idle, kernel: kernel) == .never)
  }
}
