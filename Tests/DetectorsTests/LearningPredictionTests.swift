import Model
import Testing

@testable import Detectors

@Suite("Predictions of heartbeats that learn")
struct LearningPredictionTests {
  private let kernel = KernelTimers(hz: 250)

  private func conditional(
    _ settings: DetectorSettings, _ application: ApplicationState, effects: [EffectSpan] = broken()
  ) -> Prediction {
    settings.prediction(
      of: effects, workload: .idle, connection: quietConnection(), application: application, t0: .seconds(0),
      kernel: kernel)
  }

  @Test("phi accrual suspects so many deviations after the mean")
  func phiAccrual() {
    func settings(_ threshold: Double) -> DetectorSettings {
      .phiAccrual(
        PhiAccrualSettings(
          interval: .seconds(1), threshold: threshold, window: 100, minDeviation: .milliseconds(100)))
    }
    #expect(
      settings(8).prediction(of: broken(), workload: .idle, kernel: kernel).isRange(0.5612, 1.5612, within: 1e-4))
    let learned = ApplicationState(
      lastAnswer: .seconds(-0.7), nextHeartbeat: .seconds(0.3),
      arrivals: ArrivalEstimate(mean: .milliseconds(1010), deviation: .milliseconds(200)))
    #expect(conditional(settings(8), learned).isRange(1.4324, 1.4324, within: 1e-4))
    // There has been at most one answer: no time between two answers is known.
    #expect(conditional(settings(8), ApplicationState(lastAnswer: .seconds(-0.7))).isUnknown)
    #expect(conditional(settings(0.2), learned).isUnknown)
  }

  @Test("Chen's estimate and margin")
  func chen() {
    let settings = DetectorSettings.chen(
      ChenSettings(interval: .seconds(1), margin: .milliseconds(400), window: 10))
    #expect(settings.prediction(of: broken(), workload: .idle, kernel: kernel).isRange(0.4, 1.401, within: 1e-6))
    let arrivals = ArrivalEstimate(nextArrival: .seconds(0.302))
    #expect(
      conditional(
        settings,
        ApplicationState(lastAnswer: .seconds(-0.698), nextHeartbeat: .seconds(0.3), arrivals: arrivals)
      ).isRange(0.702, 0.702, within: 1e-6))
    // A ping that left just before t0 may have moved the estimate.
    #expect(
      conditional(
        settings,
        ApplicationState(lastAnswer: .seconds(-0.9998), nextHeartbeat: .seconds(0.9999), arrivals: arrivals)
      ).isRange(0.702, 1.702, within: 1e-6))
  }

  @Test("an adaptive heartbeat counts from the first unanswered ping, whatever its present interval")
  func adaptive() {
    let settings = DetectorSettings.adaptive(
      AdaptiveSettings(from: .seconds(2), to: .seconds(30), step: .seconds(2), successes: 3, timeout: .seconds(1)))
    #expect(settings.prediction(of: broken(), workload: .idle, kernel: kernel).isRange(1, 32))
    let application = ApplicationState(
      lastAnswer: .seconds(-5), nextHeartbeat: .seconds(3), arrivals: ArrivalEstimate(interval: .seconds(8)))
    // While it still searches, it first attributes the failure to its interval, and only then to the peer.
    #expect(conditional(settings, application).isRange(4, 5))
    for notice in [LossNotice.whenSpokenTo, .silent(Silence(hostUnreachable: false))] {
      let lost = [EffectSpan(effect: .connectionLost(notice), start: .zero, end: nil)]
      #expect(conditional(settings, application, effects: lost).isUnknown)
    }
    let crashed = FaultEffect.connectionLost(.silent(Silence(hostUnreachable: false, newConnections: .unresolved)))
    let crash = [EffectSpan(effect: crashed, start: .zero, end: nil)]
    #expect(conditional(settings, application, effects: crash).isRange(4, 5))
    let onItsWay = ApplicationState(
      lastAnswer: .seconds(-8), nextHeartbeat: .seconds(7.9999), arrivals: ArrivalEstimate(interval: .seconds(8)))
    #expect(conditional(settings, onItsWay).isRange(0.9999, 9.9999))
  }

  @Test("overload notices silence like a heartbeat, and load at no predictable time")
  func overload() {
    func settings(_ pinging: Pinging = Pinging()) -> DetectorSettings {
      .overload(
        OverloadSettings(
          interval: .seconds(1), threshold: 0.8, samples: 2, timeout: .seconds(3), pinging: pinging))
    }
    let worker = [EffectSpan(effect: .serviceUnresponsive(.worker), start: .zero, end: nil)]
    #expect(settings().prediction(of: broken(), workload: .idle, kernel: kernel).isRange(2, 3))
    #expect(settings().prediction(of: worker, workload: .idle, kernel: kernel).isRange(2, 3))
    let aside = settings(Pinging(responder: .ioThread))
    #expect(aside.prediction(of: worker, workload: .idle, kernel: kernel).isUnknown)
    let slow = [EffectSpan(effect: .slow, start: .zero, end: nil)]
    #expect(settings().prediction(of: slow, workload: .idle, kernel: kernel).isUnknown)
  }

  @Test("only a thread that answers for the stuck part is missed")
  func responders() {
    let worker = [EffectSpan(effect: .serviceUnresponsive(.worker), start: .zero, end: nil)]
    let process = [EffectSpan(effect: .serviceUnresponsive(.process), start: .zero, end: nil)]
    func prediction(_ pinging: Pinging, _ effects: [EffectSpan]) -> Prediction {
      DetectorSettings.heartbeat(
        HeartbeatSettings(interval: .seconds(1), timeout: .seconds(3), pinging: pinging)
      ).prediction(of: effects, workload: .idle, kernel: kernel)
    }
    for transport in Pinging.Transport.allCases {
      #expect(prediction(Pinging(transport: transport, responder: .ioThread), worker) == .never)
      #expect(prediction(Pinging(transport: transport, responder: .ioThread, depth: .worker), worker).isRange(2, 3))
      #expect(prediction(Pinging(transport: transport), worker).isRange(2, 3))
      #expect(prediction(Pinging(transport: transport, responder: .ioThread), process).isRange(2, 3))
    }
  }

  @Test("datagrams leave nothing pending, and the next one replaces those that were lost")
  func datagrams() {
    func settings(_ transport: Pinging.Transport, timeout: Int) -> DetectorSettings {
      .heartbeat(
        HeartbeatSettings(
          interval: .seconds(1), timeout: .seconds(timeout), pinging: Pinging(transport: transport)))
    }
    let application = ApplicationState(lastAnswer: .seconds(0), nextHeartbeat: .seconds(1))
    func prediction(_ transport: Pinging.Transport, timeout: Int, _ effects: [EffectSpan]) -> Prediction {
      settings(transport, timeout: timeout).prediction(
        of: effects, workload: .idle, connection: quietConnection(), application: application, t0: .seconds(0),
        kernel: KernelTimers(hz: 250, retries2: 5))
    }
    // The kernel gives up pings on the connection after 13.3 s.
    #expect(prediction(.tcp, timeout: 60, broken()).seconds.map { $0.upperBound < 15 } == true)
    #expect(prediction(.udp, timeout: 60, broken()).isRange(60, 60))
    // Retransmission backs off for as long as the outage lasted, datagrams do not.
    #expect(prediction(.udp, timeout: 9, broken(until: .milliseconds(7700))) == .never)
    #expect(prediction(.tcp, timeout: 9, broken(until: .milliseconds(7700))).isUnknown)
    let lost = [EffectSpan(effect: .connectionLost(.whenSpokenTo), start: .zero, end: nil)]
    #expect(prediction(.tcp, timeout: 9, lost).isRange(1, 1))
    #expect(prediction(.udp, timeout: 9, lost).isUnknown)
    let trickled = settings(.udp, timeout: 9).prediction(
      of: lost, workload: .trickle(every: .seconds(1)), kernel: kernel)
    #expect(trickled.isRange(0, 1.002))
  }
}
