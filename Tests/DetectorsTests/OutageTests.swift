import Model
import Testing

@testable import Detectors

@Suite("Outages that end")
struct OutageTests {
  private let kernel = KernelTimers(hz: 250)
  private let heartbeat = DetectorSettings.heartbeat(HeartbeatSettings(interval: .seconds(1), timeout: .seconds(3)))

  /// A router that restarts every `period` and is away for `down`.
  private func restarts(_ times: Int, every period: Int, down: Duration, unreachable: Bool = true) -> [EffectSpan] {
    (0..<times).map { round in
      let start = Duration.seconds(period * round)
      return EffectSpan(effect: .pathBroken(hostUnreachable: unreachable), start: start, end: start + down)
    }
  }

  @Test("a router that restarts often, but briefly, kills no connection")
  func shortRestarts() {
    let effects = restarts(8, every: 10, down: .milliseconds(300))
    #expect(keepalive(1, 1, 3).prediction(of: effects, workload: .idle, kernel: kernel) == .never)
    #expect(keepalive(5, 2, 3).prediction(of: effects, workload: .idle, kernel: kernel) == .never)
    let patient = DetectorSettings.heartbeat(HeartbeatSettings(interval: .seconds(1), timeout: .seconds(5)))
    #expect(patient.prediction(of: effects, workload: .idle, kernel: kernel) == .never)
    #expect(DetectorSettings.none.prediction(of: effects, workload: seconds1Requests, kernel: kernel) == .never)
    #expect(DetectorSettings.none.prediction(of: effects, workload: .idle, kernel: kernel) == .never)
  }

  @Test("an outage that is surely noticed before its end is predicted as if it never ended")
  func longRestarts() {
    let effects = restarts(3, every: 60, down: .seconds(20))
    for settings in [keepalive(1, 1, 2), heartbeat] {
      let expected = settings.prediction(of: broken(unreachable: true), workload: .idle, kernel: kernel)
      #expect(expected.seconds != nil)
      #expect(settings.prediction(of: effects, workload: .idle, kernel: kernel) == expected)
    }
  }

  @Test("if the heal lies within the range, or too close to it, the outcome is left open")
  func undecided() {
    func prediction(_ settings: DetectorSettings, _ end: Int) -> Prediction {
      settings.prediction(of: broken(until: .milliseconds(end)), workload: .idle, kernel: kernel)
    }
    #expect(prediction(keepalive(1, 1, 2), 1500).isUnknown)
    // Its last probe was sent, and lost, by 2.06 s at the latest.
    #expect(prediction(keepalive(1, 1, 2), 2500).seconds != nil)
    #expect(prediction(heartbeat, 2500).isUnknown)
    // Recovery by retransmission may take as long again as the outage lasted.
    #expect(heartbeat.prediction(of: broken(until: .milliseconds(1800)), workload: .idle, kernel: kernel).isUnknown)
    let silent = [EffectSpan(effect: .serviceUnresponsive(.process), start: .zero, end: .milliseconds(1800))]
    #expect(heartbeat.prediction(of: silent, workload: .idle, kernel: kernel) == .never)
  }

  @Test("once keepalive's last probe is lost, the connection is, even if the path heals before the verdict")
  func lastProbeDecides() throws {
    let connection = idleConnection(heardAgo: .milliseconds(400), expiresIn: .milliseconds(600))
    func prediction(_ end: Duration, unreachable: Bool = false) -> Prediction {
      keepalive(1, 1, 2).prediction(
        of: broken(until: end, unreachable: unreachable), workload: .idle, connection: connection,
        application: ApplicationState(), t0: Instant(nanoseconds: 0), kernel: kernel)
    }
    let forever = prediction(.seconds(100))
    // Probes at about 0.62 and 1.65 s, the verdict at 2.67 s.
    #expect(prediction(.milliseconds(1800)) == forever)
    #expect(prediction(.milliseconds(1500)) == .never)
    #expect(prediction(.milliseconds(1640)).isUnknown)
    // A probe that waits for the neighbour's address goes out after the heal.
    #expect(prediction(.milliseconds(1800), unreachable: true).isUnknown)
    #expect(prediction(.milliseconds(400), unreachable: true) == .never)
  }

  @Test("probes lost in different outages add up only if none was answered in between")
  func consecutiveProbes() throws {
    let connection = idleConnection(heardAgo: .milliseconds(400), expiresIn: .milliseconds(600))
    func prediction(_ spans: [(Int, Int)]) -> Prediction {
      keepalive(1, 1, 2).prediction(
        of: spans.map {
          EffectSpan(
            effect: .pathBroken(hostUnreachable: false), start: .milliseconds($0.0), end: .milliseconds($0.1))
        }, workload: .idle, connection: connection, application: ApplicationState(), t0: Instant(nanoseconds: 0),
        kernel: kernel)
    }
    #expect(try #require(prediction([(0, 1000), (1300, 2000)]).seconds).upperBound < 2.8)
    #expect(prediction([(0, 1000), (1900, 3000)]) == .never)
  }

  @Test("overlapping effects are one outage")
  func merging() {
    let effects = [
      EffectSpan(effect: .serviceUnresponsive(.process), start: .seconds(1), end: .seconds(4)),
      EffectSpan(effect: .pathBroken(hostUnreachable: true), start: .zero, end: .seconds(2)),
      EffectSpan(effect: FaultEffect.none, start: .zero, end: nil),
    ]
    let outages = Outages(effects, needing: .process)
    #expect(
      outages.list == [Outage(start: .zero, end: .seconds(4), pathBroken: true, hostUnreachable: true)])
    #expect(Outages(effects, needing: .kernel).list.first?.end == .seconds(2))
  }
}
