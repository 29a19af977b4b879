import Model
import Testing

@testable import Detectors

@Suite("Data waiting for a closed window")
struct ZeroWindowTests {
  private let reading = [EffectSpan(effect: .notReading, start: .zero, end: nil)]

  /// A connection whose window is closed, sampled some probes later.
  private struct Trial {
    var kernel: KernelTimers
    var settings: DetectorSettings
    var connection: ConnectionState
    var t0: Instant
    /// From t0.
    var detection: Duration?

    init(random: inout KeyedRandom, hz: Int, timed: Bool) {
      let tick = 1_000_000 / Int64(hz)
      let offset = Int64(1) << 32
      let retries = Int.random(in: 1...15, using: &random)
      let userTimeout = timed ? Int64.random(in: 500...60_000, using: &random) : 0
      kernel = KernelTimers(hz: hz, retries2: retries)
      settings = timed ? .userTimeout(UserTimeoutSettings(timeout: .milliseconds(userTimeout))) : .none
      let timeout = (200_000 + Int64.random(in: 0...8000, using: &random) + tick - 1) / tick
      var sender = SimulatedSender(
        tick: tick, roundTrip: 100, tailLossProbe: true, userTimeout: userTimeout, budget: 0,
        longest: 120_000_000 / tick, timeout: timeout)
      sender.retries = retries
      let sent = offset * tick + Int64.random(in: 0..<(40_000_000 * tick), using: &random)
      // The acknowledgement that closed the window may have been delayed.
      sender.closeWindow(sent + Int64.random(in: 0...200_000, using: &random))
      let sampled = sent + 200_000 + Int64.random(in: 0...20_000_000, using: &random)
      while let next = sender.nextFiring, next <= sampled { sender.fire() }
      t0 = Instant(nanoseconds: (sampled - offset * tick) * 1000)
      connection = ConnectionState(
        sampledAt: t0, lastReceivedAge: .zero, retransmissionTimeout: .microseconds(timeout * tick),
        roundTripTime: .microseconds(100), unacknowledgedSegments: 0, probesOut: sender.probesOut,
        backoff: sender.backoff, timer: .zeroWindowProbe,
        timerExpiresIn: .microseconds(sender.left(sampled) * tick), lastSentAge: .microseconds(sampled - sent))
      guard sender.givenUp == nil else { return }
      while sender.givenUp == nil { sender.fire() }
      detection = sender.givenUp.map { .microseconds($0 - sampled) }
    }
  }

  @Test("unanswered probes are counted, or the user timeout applies", arguments: allHZ, [false, true])
  func broken(hz: Int, timed: Bool) throws {
    var random = KeyedRandom(seed: 13, "zero window", "\(hz)")
    for _ in 0..<1000 {
      let trial = Trial(random: &random, hz: hz, timed: timed)
      guard let detection = trial.detection else { continue }
      let prediction = trial.settings.prediction(
        of: DetectorsTests.broken(), workload: seconds1Requests, connection: trial.connection,
        application: ApplicationState(), t0: trial.t0, kernel: trial.kernel)
      // To the sender it makes no difference that the peer did not read before it vanished.
      let unread = trial.settings.prediction(
        of: DetectorsTests.broken() + [EffectSpan(effect: .notReading, start: .seconds(-9), end: nil)],
        workload: .trickle(every: .seconds(1)), connection: trial.connection, application: ApplicationState(),
        t0: trial.t0, kernel: trial.kernel)
      #expect(unread == prediction)
      let agrees = prediction.agrees(detection: detection, kernel: trial.kernel)
      #expect(agrees == true, "\(trial.settings) \(trial.kernel) \(trial.connection) \(detection) \(prediction)")
    }
  }

  @Test("a peer that does not read ends a connection by the user timeout only, once its window is closed")
  func notReading() throws {
    var connection = quietConnection()
    let timed = DetectorSettings.userTimeout(UserTimeoutSettings(timeout: .seconds(3)))
    let kernel = KernelTimers(hz: 250, retries2: 3)
    func prediction(_ settings: DetectorSettings, _ workload: Workload, until end: Duration? = nil) -> Prediction {
      settings.prediction(
        of: [EffectSpan(effect: .notReading, start: .zero, end: end)], workload: workload, connection: connection,
        application: ApplicationState(lastAnswer: .seconds(-0.7), nextRequest: .seconds(0.3)), t0: .seconds(0),
        kernel: kernel)
    }
    let trickle = Workload.trickle(every: .seconds(1))
    #expect(prediction(timed, .idle) == .never)
    #expect(prediction(timed, trickle).isUnknown)
    #expect(prediction(timed, trickle, until: .seconds(2)) == .never)
    #expect(prediction(.none, trickle) == .never)
    #expect(prediction(keepalive(1, 1, 2), trickle) == .never)
    // What the peer pushes does not wait for its own reading.
    #expect(prediction(timed, .push(every: .seconds(1))) == .never)
    (connection.timer, connection.timerExpiresIn) = (.zeroWindowProbe, .milliseconds(100))
    connection.lastSentAge = .milliseconds(200)
    #expect(prediction(timed, trickle).isRange(3.104, 3.108, within: 0.001))
    #expect(prediction(.none, trickle) == .never)
    #expect(prediction(timed, trickle, until: .seconds(2)) == .never)
  }

  @Test("it matters whether the window was closed when the path broke, and whether the path stays broken")
  func closedBeforeBroken() {
    let kernel = KernelTimers(hz: 250)
    var connection = quietConnection()
    func prediction(notReadingFrom start: Double, brokenUntil end: Duration? = nil) -> Prediction {
      DetectorSettings.none.prediction(
        of: DetectorsTests.broken(until: end) + [
          EffectSpan(effect: .notReading, start: .milliseconds(Int64(start * 1000)), end: nil)
        ],
        workload: .trickle(every: .seconds(1)), connection: connection, application: ApplicationState(),
        t0: .seconds(0), kernel: kernel)
    }
    #expect(prediction(notReadingFrom: -9).isUnknown)
    (connection.timer, connection.timerExpiresIn) = (.zeroWindowProbe, .milliseconds(100))
    #expect(prediction(notReadingFrom: -9).seconds != nil)
    #expect(prediction(notReadingFrom: 5).isUnknown)
    #expect(prediction(notReadingFrom: -9, brokenUntil: .seconds(60)).isUnknown)
  }

  @Test("a process that does not read answers no ping on its connection, but datagrams")
  func heartbeats() {
    for (transport, expected) in [
      (Pinging.Transport.tcp, Prediction.range(min: .seconds(2), max: .seconds(3))), (.udp, .never),
    ] {
      let heartbeat = DetectorSettings.heartbeat(
        HeartbeatSettings(interval: .seconds(1), timeout: .seconds(3), pinging: Pinging(transport: transport)))
      #expect(heartbeat.prediction(of: reading, workload: .idle, kernel: KernelTimers(hz: 250)) == expected)
    }
  }
}
