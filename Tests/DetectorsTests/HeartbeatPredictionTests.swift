import Model
import Testing

@testable import Detectors

@Suite("Predictions of heartbeats and request timeouts")
struct HeartbeatPredictionTests {
  private let kernel = KernelTimers(hz: 250)
  private let heartbeat = DetectorSettings.heartbeat(HeartbeatSettings(interval: .seconds(1), timeout: .seconds(3)))
  private let request = DetectorSettings.requestTimeout(RequestTimeoutSettings(timeout: .seconds(2)))
  private let silent = [EffectSpan(effect: .serviceUnresponsive(.process), start: .zero, end: nil)]

  private func conditional(
    _ settings: DetectorSettings, _ effects: [EffectSpan], _ application: ApplicationState,
    workload: Workload = .idle, retries: Int = 15
  ) -> Prediction {
    settings.prediction(
      of: effects, workload: workload, connection: quietConnection(), application: application,
      t0: Instant(nanoseconds: 0), kernel: KernelTimers(hz: 250, retries2: retries))
  }

  @Test("over all phases a heartbeat takes its timeout less up to one interval")
  func heartbeatPhases() {
    for effects in [broken(), broken(unreachable: true), silent] {
      #expect(
        heartbeat.prediction(of: effects, workload: .idle, kernel: kernel) == .range(min: .seconds(2), max: .seconds(3))
      )
    }
    // Answers to requests do not count.
    let busy = Workload.requests(every: .milliseconds(200), timeout: .seconds(1))
    #expect(
      heartbeat.prediction(of: silent, workload: busy, kernel: kernel)
        == .range(min: .seconds(2), max: .seconds(3)))
  }

  @Test("if the last answer is known, a heartbeat takes until that plus the timeout")
  func heartbeatConditional() {
    let application = ApplicationState(lastAnswer: .seconds(-0.7), nextHeartbeat: .seconds(0.3))
    for effects in [broken(), silent] {
      #expect(conditional(heartbeat, effects, application).isRange(2.3, 2.3, within: 1e-9))
    }
    #expect(conditional(heartbeat, broken(), ApplicationState(nextHeartbeat: .seconds(0.3))).isUnknown)
  }

  @Test("a ping on its way at t0 may or may not have been answered")
  func pingOnItsWay() {
    let application = ApplicationState(lastAnswer: .seconds(-0.9999), nextHeartbeat: .seconds(0.9999))
    #expect(conditional(heartbeat, broken(), application).isRange(2.0001, 3.0011, within: 2e-4))
  }

  @Test("if the timeout is longer than the kernel's own, the kernel declares the peer dead")
  func kernelFirst() {
    let patient = DetectorSettings.heartbeat(HeartbeatSettings(interval: .seconds(5), timeout: .seconds(15)))
    let application = ApplicationState(lastAnswer: .seconds(0), nextHeartbeat: .seconds(5))
    #expect(conditional(patient, broken(), application, retries: 3).isRange(11.62, 11.87, within: 0.01))
    #expect(conditional(patient, broken(), application, retries: 5).isRange(15, 15))
    // The server's kernel acknowledges: nothing is ever retransmitted.
    #expect(conditional(patient, silent, application, retries: 3).isRange(15, 15))
  }

  @Test("a lost connection is noticed with the next ping, request or probe, and not without traffic")
  func connectionLost() {
    let lost = [EffectSpan(effect: .connectionLost(.whenSpokenTo), start: .zero, end: nil)]
    let application = ApplicationState(
      lastAnswer: .seconds(-0.7), nextRequest: .seconds(0.1), nextHeartbeat: .seconds(0.3))
    #expect(conditional(heartbeat, lost, application).isRange(0.3, 0.3))
    #expect(conditional(request, lost, application, workload: seconds1Requests).isRange(0.1, 0.1))
    #expect(conditional(.none, lost, application, workload: seconds1Requests).isRange(0.1, 0.1))
    #expect(conditional(.none, lost, application) == .never)
    #expect(heartbeat.prediction(of: lost, workload: .idle, kernel: kernel).isRange(0, 1))
    // A rebooted server: first the path is broken, then what is retransmitted meets a reset.
    let rebooted =
      broken(until: .seconds(2)) + [EffectSpan(effect: .connectionLost(.whenSpokenTo), start: .seconds(1), end: nil)]
    let range = conditional(.none, rebooted, application, workload: seconds1Requests).seconds
    #expect(range?.lowerBound == 2 && (range?.upperBound ?? 9) < 4.5)
    #expect(conditional(.none, rebooted, application) == .never)
    // The same, described as a silent loss followed by a reset.
    let silent = FaultEffect.connectionLost(.silent(Silence(hostUnreachable: false)))
    let returned = [
      EffectSpan(effect: silent, start: .zero, end: .seconds(2)),
      EffectSpan(effect: .connectionLost(.whenSpokenTo), start: .seconds(2), end: nil),
    ]
    let reset = conditional(.none, returned, application, workload: seconds1Requests).seconds
    #expect(reset?.lowerBound == 2 && (reset?.upperBound ?? 9) < 4.5)
    #expect(
      keepalive(1, 1, 9).prediction(of: returned, workload: .idle, kernel: kernel).seconds.map { $0.upperBound < 4 }
        == true)
  }

  @Test("a request's timeout counts from the first request that stays unanswered")
  func requests() {
    #expect(request.prediction(of: broken(), workload: .idle, kernel: kernel) == .never)
    for effects in [broken(), silent] {
      #expect(
        request.prediction(of: effects, workload: seconds1Requests, kernel: kernel)
          == .range(min: .seconds(2), max: .seconds(3)))
      let next = ApplicationState(lastAnswer: .seconds(-0.5), nextRequest: .seconds(0.5))
      #expect(conditional(request, effects, next, workload: seconds1Requests).isRange(2.5, 2.5))
      let waiting = ApplicationState(
        lastAnswer: .seconds(-1.2), oldestUnansweredRequest: .seconds(-0.2), nextRequest: .seconds(0.8))
      #expect(conditional(request, effects, waiting, workload: seconds1Requests).isRange(1.8, 1.8))
    }
  }

  @Test("no effect declares nobody dead, a slow peer cannot be predicted")
  func otherEffects() {
    let healthy = [EffectSpan(effect: FaultEffect.none, start: .zero, end: nil)]
    let slow = [EffectSpan(effect: .slow, start: .zero, end: nil)]
    for settings in [heartbeat, request, keepalive(1, 1, 2), .none] {
      #expect(settings.prediction(of: healthy, workload: seconds1Requests, kernel: kernel) == .never)
      #expect(settings.prediction(of: [], workload: seconds1Requests, kernel: kernel) == .never)
      #expect(settings.prediction(of: slow, workload: seconds1Requests, kernel: kernel).isUnknown)
    }
  }

  @Test("against the simulated kernel: a heal in time saves heartbeats and requests", arguments: allHZ)
  func healed(hz: Int) throws {
    var random = KeyedRandom(seed: 8, "heartbeat", "\(hz)")
    var (unknown, survived, died) = (0, 0, 0)
    for round in 0..<2000 {
      let trial = RetransmissionTrial(random: &random, hz: hz, heal: true, plain: true)
      guard case .requests(let every, _, _) = trial.workload else { continue }
      let timeout = every * 2 + .milliseconds(Int64.random(in: 0...30_000, using: &random))
      let next = try #require(trial.application.nextRequest)
      var application = trial.application
      application.lastAnswer = next - every
      var expected = next - trial.t0 + timeout
      var settings = DetectorSettings.requestTimeout(RequestTimeoutSettings(timeout: timeout))
      var workload = trial.workload
      if round.isMultiple(of: 2) {
        expected -= every
        settings = .heartbeat(HeartbeatSettings(interval: every, timeout: timeout))
        workload = .idle
        (application.nextRequest, application.nextHeartbeat) = (nil, next)
      }
      let saved = trial.delivered.map { $0 < expected } ?? false
      let truth = saved ? nil : min(expected, trial.detection ?? expected)
      for exact in [false, true] {
        var kernel = trial.kernel
        if !exact { kernel.jiffiesOffset = nil }
        let prediction = settings.prediction(
          of: trial.effects, workload: workload, connection: trial.connection, application: application, t0: trial.t0,
          kernel: kernel)
        let agrees = prediction.agrees(detection: truth, kernel: kernel)
        #expect(agrees != false, "\(trial.summary) \(settings) \(truth.map { "\($0)" } ?? "never") \(prediction)")
        if agrees == nil, !exact { unknown += 1 }
      }
      if saved { survived += 1 } else { died += 1 }
    }
    #expect(survived > 300 && died > 300 && unknown < 700, "\(unknown) unknown, \(survived) and \(died)")
  }
}
