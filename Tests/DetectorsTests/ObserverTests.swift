import Model
import Testing

@testable import Detectors

@Suite("Predictions by observer, workload and what the observer's own host shows")
struct ObserverTests {
  private let kernel = KernelTimers(hz: 250)
  private let timed = DetectorSettings.userTimeout(UserTimeoutSettings(timeout: .seconds(10)))
  private let silent = [EffectSpan(effect: .serviceUnresponsive(.process), start: .zero, end: nil)]
  private let push = Workload.push(every: .seconds(1))
  private let trickle = Workload.trickle(every: .seconds(1))

  private func phases(
    _ settings: DetectorSettings, _ effects: [EffectSpan], _ workload: Workload, seenBy observer: Observer = .client
  ) -> Prediction {
    settings.prediction(of: effects, workload: workload, observer: observer, kernel: kernel)
  }

  private func phases(
    _ settings: DetectorSettings, _ workload: Workload, seenBy observer: Observer = .client
  ) -> Prediction {
    phases(settings, broken(), workload, seenBy: observer)
  }

  private func span(_ silence: Silence, start: Duration = .zero) -> EffectSpan {
    EffectSpan(effect: .pathBroken(silence), start: start, end: nil)
  }

  @Test("a user timeout alone notices nothing without data of its own")
  func userTimeout() {
    #expect(phases(timed, .idle) == .never)
    for (workload, sender) in [(push, Observer.server), (trickle, .client), (seconds1Requests, .client)] {
      #expect(phases(timed, workload, seenBy: sender).isRange(10.42, 11.67, within: 0.02))
      #expect(phases(timed, silent, workload, seenBy: sender) == .never)
    }
    #expect(phases(timed, push) == .never)
    #expect(phases(timed, trickle, seenBy: .server) == .never)
    // A server's last answer may be in flight.
    #expect(phases(timed, seconds1Requests, seenBy: .server).isUnknown)
  }

  @Test("a server's last answer decides if it is known whether it is in flight")
  func serverAnswers() throws {
    var connection = quietConnection()
    func prediction(_ settings: DetectorSettings) -> Prediction {
      settings.prediction(
        of: broken(), workload: seconds1Requests, observer: .server, connection: connection,
        application: ApplicationState(), t0: .seconds(0), kernel: kernel)
    }
    #expect(prediction(timed) == .never)
    #expect(try #require(prediction(keepalive(1, 1, 2)).seconds).upperBound < 4)
    (connection.unacknowledgedSegments, connection.timer) = (1, .retransmit)
    connection.timerExpiresIn = .milliseconds(100)
    #expect(try #require(prediction(timed).seconds).upperBound < 11)
    #expect(try #require(prediction(keepalive(1, 1, 2)).seconds).lowerBound > 900)
  }

  @Test("the retransmission limits come from the detector, not from the machine")
  func limits() {
    let limited = DetectorSettings.retransmission(RetransmissionSettings(retries2: 5))
    #expect(phases(limited, .idle) == .never)
    #expect(phases(limited, trickle).isRange(13.16, 14.53, within: 0.02))
    // tcp_retries2 of 8 with at most 2 s each: (2^4 - 1) * 200 ms and five waits of 2 s.
    let capped = DetectorSettings.retransmission(RetransmissionSettings(retries2: 8, rtoMax: .seconds(2)))
    var short = kernel
    (short.retries2, short.rtoMax) = (8, .seconds(2))
    #expect(short.retransmissionBudget == .seconds(13))
    #expect(phases(capped, trickle).seconds.map { $0.lowerBound > 13.2 && $0.upperBound < 17 } == true)
  }

  @Test("keepalive waits for the peer's messages to stop, but leaves its own side's messages to retransmission")
  func keepaliveAndMessages() throws {
    let received = try #require(phases(keepalive(1, 1, 2), push).seconds)
    #expect(received.lowerBound >= 2 && received.upperBound < 3.3)
    // The messages suppressed keepalive: they came more often than the idle time, and no probe was sent before t0.
    let often = try #require(phases(keepalive(5, 1, 2), .push(every: .milliseconds(100))).seconds)
    #expect(often.lowerBound > 6.8 && often.upperBound < 7.6)
    #expect(try #require(phases(keepalive(1, 1, 2), trickle).seconds).upperBound > 900)
    #expect(phases(keepalive(1, 1, 2), trickle, seenBy: .server) == phases(keepalive(1, 1, 2), push))
  }

  @Test("while the peer's packets arrive, keepalive is not idle; what is sent to the peer is still lost")
  func oneWay() {
    let oneWay = [span(Silence(hostUnreachable: false, peerIsHeard: true))]
    #expect(phases(keepalive(1, 1, 2), oneWay, push).isUnknown)
    #expect(phases(keepalive(1, 1, 2), oneWay, .idle) == phases(keepalive(1, 1, 2), .idle))
    #expect(phases(timed, oneWay, trickle) == phases(timed, trickle))
    // Requests come in, and their answers are lost.
    #expect(phases(timed, oneWay, seconds1Requests, seenBy: .server).isRange(10.42, 11.67, within: 0.02))
  }

  @Test("monitors see at once what their own host shows, and nothing else")
  func monitors() {
    let notice = Prediction.range(min: .seconds(2), max: .seconds(2) + MonitorPrediction.notice)
    for (sign, link, route) in [
      (LocalSign.none, Prediction.never, Prediction.never), (.carrierLost, notice, .never),
      (.interfaceDown, notice, notice), (.addressGone, .never, notice),
    ] {
      let effects = [span(Silence(hostUnreachable: false, local: sign), start: .seconds(2))]
      #expect(phases(.linkMonitor, effects, .idle) == link)
      #expect(phases(.routeMonitor, effects, .idle) == route)
    }
    // The kernel gives up unacknowledged data, with or without a monitor.
    #expect(phases(.linkMonitor, trickle) == phases(.none, trickle))
    #expect(phases(.linkMonitor, [EffectSpan(effect: .slow, start: .zero, end: nil)], .idle) == .never)
  }

  @Test("without a route, keepalive takes as long as in silence; data is given up as early as its own timer allows")
  func interfaceDown() throws {
    let down = [span(Silence(hostUnreachable: false, local: .interfaceDown))]
    #expect(phases(keepalive(1, 1, 2), down, .idle) == phases(keepalive(1, 1, 2), .idle))
    let refused = try #require(phases(timed, down, trickle).seconds)
    let lost = try #require(phases(timed, trickle).seconds)
    // The first window probe is due after a timeout, the first retransmission after a tail loss probe too.
    #expect(abs(refused.lowerBound - 10.2) < 0.02 && refused.upperBound >= lost.upperBound)
  }

  @Test("an outcome that was decided before a connection got slow is predicted, any other is not")
  func slowLater() {
    func effects(_ slow: Duration) -> [EffectSpan] {
      broken(until: .seconds(5)) + [EffectSpan(effect: .slow, start: slow, end: nil)]
    }
    let heartbeat = DetectorSettings.heartbeat(HeartbeatSettings(interval: .seconds(1), timeout: .seconds(3)))
    #expect(phases(heartbeat, effects(.seconds(5)), .idle).isRange(2, 3))
    #expect(phases(heartbeat, effects(.seconds(1)), .idle).isUnknown)
    #expect(phases(.none, effects(.seconds(1)), .idle) == .never)
    #expect(phases(.none, effects(.seconds(5)), trickle).isUnknown)
  }

  @Test("a connection that is closed later is declared dead by then")
  func closedLater() {
    func prediction(_ settings: DetectorSettings, _ workload: Workload = .idle, heal: Duration?) -> Prediction {
      let closed = EffectSpan(effect: .connectionLost(.atOnce), start: .seconds(8), end: nil)
      return phases(settings, broken(until: heal) + [closed], workload)
    }
    #expect(prediction(keepalive(1, 1, 2), heal: .seconds(7)) == phases(keepalive(1, 1, 2), .idle))
    #expect(prediction(.none, heal: .seconds(7)).isRange(8, 8.001, within: 1e-6))
    // The notice does not pass a broken path.
    #expect(prediction(.none, heal: nil) == .never)
    #expect(prediction(.none, heal: .seconds(9)).isUnknown)
  }
}
