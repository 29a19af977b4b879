import Model
import Testing

@testable import Detectors

@Suite("Predictions of keepalive")
struct KeepalivePredictionTests {
  private func conditional(
    _ settings: DetectorSettings, _ connection: ConnectionState, effects: [EffectSpan] = broken(),
    workload: Workload = .idle, application: ApplicationState = ApplicationState(), hz: Int = 250, offset: Int64? = nil
  ) -> Prediction {
    settings.prediction(
      of: effects, workload: workload, connection: connection, application: application, t0: Instant(nanoseconds: 0),
      kernel: KernelTimers(hz: hz, jiffiesOffset: offset))
  }

  @Test(
    "the default settings, armed with the last segment, take this long",
    arguments: [(100, 7891.21, 8218.88), (250, 7881.99, 8013.06), (1000, 7900.42, 8162.56)])
  func defaultArmedWithLastSegment(hz: Int, min: Double, max: Double) {
    let armed = Firing(earliest: 0, latest: 0).after(Int64(7200 * hz), from: .systemCall)
    let timer = KeepaliveTimer(
      idle: Int64(7200 * hz), interval: Int64(75 * hz), probes: 9, userTimeout: nil, roundTrip: 0)
    let state = KeepaliveTimer.State(firing: armed, heard: 0...0, unanswered: 0)
    let fate = timer.fate(of: [state], on: .broken)
    #expect(!fate.survives && !fate.abandoned)
    #expect(abs(Double(fate.declared?.lowerBound ?? 0) / Double(hz) - min) <= 0.0051)
    #expect(abs(Double(fate.declared?.upperBound ?? 0) / Double(hz) - max) <= 0.0051)
  }

  @Test(
    "the default settings with any history take this long since the last segment",
    arguments: [(100, 7889.41, 8222.20), (250, 7881.21, 8014.33), (1000, 7897.59, 8163.83)])
  func defaultWithAnyHistory(hz: Int, min: Double, max: Double) {
    var connection = quietConnection()
    #expect(conditional(keepalive(7200, 75, 9), connection, hz: hz).isRange(min, max))
    // What the timer's expiry adds.
    connection = idleConnection(heardAgo: .zero, expiresIn: .seconds(7200))
    let expiring = conditional(keepalive(7200, 75, 9), connection, hz: hz).seconds
    #expect(expiring.map { $0.lowerBound >= min - 0.01 && $0.upperBound <= max + 0.01 } == true)
  }

  @Test("7875 s, the documented time of the default settings, cannot occur at any HZ", arguments: allHZ)
  func documentedTimeCannotOccur(hz: Int) throws {
    for left in stride(from: 0, through: 7200, by: 100) {
      let connection = idleConnection(heardAgo: .zero, expiresIn: .seconds(left))
      let range = try #require(conditional(keepalive(7200, 75, 9), connection, hz: hz).seconds)
      #expect(range.lowerBound > 7875 + 5)
    }
  }

  @Test(
    "settings and a user timeout give these times since the last segment",
    arguments: [
      (keepalive(5, 2, 3), 11.0), (keepalive(5, 2, 3, userTimeout: .seconds(3)), 7.0),
      (keepalive(5, 2, 3, userTimeout: .seconds(30)), 31.0),
      (keepalive(1, 11, 111, userTimeout: .milliseconds(33_500)), 34.0),
    ])
  func referenceTable(settings: DetectorSettings, nominal: Double) throws {
    guard case .keepalive(let keepalive) = settings else { return }
    for hz in allHZ {
      let connection = idleConnection(heardAgo: .milliseconds(500), expiresIn: keepalive.idle - .milliseconds(500))
      let range = try #require(conditional(settings, connection, hz: hz).seconds)
      // The wheel's rounding: at most an eighth of each wait.
      #expect(range.lowerBound >= nominal - 1.5 && range.upperBound <= nominal * 1.13 - 0.5)
      if hz == 250 { #expect(range.lowerBound > nominal - 0.81 && range.upperBound < nominal + 0.2) }
    }
  }

  @Test("after an answered probe a longer interval, not the idle time, is counted")
  func intervalLongerThanIdle() throws {
    let settings = keepalive(1, 11, 111, userTimeout: .milliseconds(33_500))
    let connection = idleConnection(heardAgo: .seconds(1), expiresIn: .seconds(10))
    let range = try #require(conditional(settings, connection).seconds)
    #expect(range.lowerBound >= 32.5 && range.contains(43.1) && range.upperBound < 44)
    let phases = try #require(settings.prediction(of: broken(), workload: .idle, kernel: KernelTimers(hz: 250)).seconds)
    #expect(phases.lowerBound < 34 && phases.upperBound > 44)
  }

  @Test("unanswered probes that are already sent count")
  func probesOut() throws {
    let none = try #require(
      conditional(keepalive(5, 2, 3), idleConnection(heardAgo: .seconds(5), expiresIn: .seconds(2))).seconds)
    let two = try #require(
      conditional(
        keepalive(5, 2, 3), idleConnection(heardAgo: .seconds(7), expiresIn: .seconds(2), probesOut: 2)
      ).seconds)
    #expect(two.lowerBound > 2 && two.upperBound < 4.3)
    #expect(none.lowerBound > 8)
  }

  @Test("the sample's own delay is added: the result counts from t0")
  func countsFromInjection() throws {
    let settings = keepalive(1, 1, 2)
    let kernel = KernelTimers(hz: 250)
    let sample = Instant(nanoseconds: 700_000_000)
    let connection = idleConnection(heardAgo: .milliseconds(400), expiresIn: .milliseconds(600), at: sample)
    let early = settings.prediction(
      of: broken(), workload: .idle, connection: connection, application: ApplicationState(), t0: sample, kernel: kernel
    )
    let late = settings.prediction(
      of: broken(), workload: .idle, connection: connection, application: ApplicationState(),
      t0: Instant(nanoseconds: 690_000_000), kernel: kernel)
    let (first, second) = (try #require(early.seconds), try #require(late.seconds))
    #expect(abs(second.lowerBound - first.lowerBound - 0.01) < 1e-9)
    #expect(abs(second.upperBound - first.upperBound - 0.01) < 1e-9)
  }

  @Test("over all phases, 1 s / 1 s / 2 probes takes two intervals to three", arguments: allHZ)
  func allPhases(hz: Int) throws {
    let range = try #require(
      keepalive(1, 1, 2).prediction(of: broken(), workload: .idle, kernel: KernelTimers(hz: hz)).seconds)
    #expect(range.lowerBound >= 2 && range.lowerBound < 2.09)
    #expect(range.upperBound > 3 && range.upperBound < 3.3)
  }

  @Test("where the absolute jiffies are known, the range collapses to a tick", arguments: allHZ)
  func exact(hz: Int) throws {
    let offset = Int64(1) << 32 - Int64(300 * hz)
    var instant = Instant(nanoseconds: 5_000_500_000_000)
    if hz == 1000 { instant = Instant(nanoseconds: 5_000_000_500_000) }
    let connection = idleConnection(heardAgo: .milliseconds(400), expiresIn: .milliseconds(600), at: instant)
    let prediction = keepalive(1, 1, 2).prediction(
      of: broken(), workload: .idle, connection: connection, application: ApplicationState(), t0: instant,
      kernel: KernelTimers(hz: hz, jiffiesOffset: offset))
    let range = try #require(prediction.seconds)
    #expect(range.lowerBound == range.upperBound)
    #expect(conditional(keepalive(1, 1, 2), connection, hz: hz).seconds != nil)
  }

  @Test("a peer whose kernel answers is never declared dead, whatever the user timeout")
  func unresponsiveService() {
    let silent = [EffectSpan(effect: .serviceUnresponsive(.process), start: .zero, end: nil)]
    for workload in [Workload.idle, seconds1Requests] {
      for timeout in [nil, Duration.seconds(3)] {
        let settings = keepalive(1, 1, 2, userTimeout: timeout)
        #expect(settings.prediction(of: silent, workload: workload, kernel: KernelTimers(hz: 250)) == .never)
      }
    }
  }

  @Test("a lost connection answers the next probe with a reset")
  func connectionLost() throws {
    let lost = [EffectSpan(effect: .connectionLost(.whenSpokenTo), start: .zero, end: nil)]
    let connection = idleConnection(heardAgo: .milliseconds(400), expiresIn: .milliseconds(600))
    let range = try #require(conditional(keepalive(1, 1, 2), connection, effects: lost).seconds)
    #expect(range.lowerBound > 0.6 && range.upperBound < 0.64)
  }

  @Test("with requests pending, keepalive changes nothing: tcp_retries2 or the user timeout decides")
  func pendingRequests() throws {
    let application = ApplicationState(nextRequest: .seconds(0.3))
    let plain = conditional(
      keepalive(5, 2, 3), quietConnection(), workload: seconds1Requests, application: application)
    #expect(plain.isRange(937.69 + 0.3, 939.74 + 0.3, within: 0.02))
    let timed = conditional(
      keepalive(5, 2, 3, userTimeout: .seconds(10)), quietConnection(), workload: seconds1Requests,
      application: application)
    #expect(timed.isRange(10.42 + 0.3, 10.67 + 0.3, within: 0.02))
  }

  @Test("data in flight decides on an idle connection too")
  func idleWithDataInFlight() throws {
    var connection = quietConnection()
    (connection.unacknowledgedSegments, connection.timer) = (1, .retransmit)
    connection.timerExpiresIn = .milliseconds(204)
    let range = try #require(conditional(keepalive(1, 1, 2, userTimeout: .seconds(10)), connection).seconds)
    #expect(range.lowerBound > 10.1 && range.upperBound < 10.7)
  }

  @Test("probes that have all failed before the next request decide")
  func rareRequests() throws {
    let rare = Workload.requests(every: .seconds(60), timeout: .seconds(1))
    let connection = idleConnection(heardAgo: .milliseconds(400), expiresIn: .milliseconds(600))
    let idle = conditional(keepalive(1, 1, 2), connection)
    func with(_ next: Double) -> Prediction {
      conditional(
        keepalive(1, 1, 2), connection, workload: rare, application: ApplicationState(nextRequest: .seconds(next)))
    }
    #expect(with(10) == idle)
    #expect(try #require(with(1).seconds).lowerBound > 900)
    #expect(with(2.66).isUnknown)
  }
}
