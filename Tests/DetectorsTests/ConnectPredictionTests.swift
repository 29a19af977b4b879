import Model
import Testing

@testable import Detectors

/// The SYN side of one attempt, written independently from `tcp_connect` and `tcp_retransmit_timer`, in jiffies.
private struct SimulatedConnect {
  var givenUp: Int64 = 0
  /// When each SYN was sent.
  var sent: [Int64]

  init(at start: Int64, hz: Int, retries: Int, linear: Int, userTimeout: Int64, longest: Int64) {
    let tick = 1_000_000 / Int64(hz)
    func milliseconds(_ jiffy: Int64) -> Int64 { (jiffy - start) * tick / 1000 }
    sent = [start]
    // `tcp_model_timeout` for a first timeout of a second.
    let model = (0...retries).map { min(1000 << Int64(min($0, 20)), longest) }.reduce(0, +)
    var timer = SimulatedTimer()
    var (timeout, retransmits) = (Int64(hz), 0)
    timer.arm(jiffy: start, delay: timeout)
    while let now = timer.bucket {
      let elapsed = milliseconds(now)
      if retransmits >= retries + linear
        || (retransmits > 0 && elapsed >= (userTimeout > 0 ? userTimeout : model))
      {
        givenUp = now
        return
      }
      sent.append(now)
      retransmits += 1
      if retransmits > linear { timeout = min(timeout * 2, longest * Int64(hz) / 1000) }
      var delay = timeout
      if userTimeout > 0 {
        let left = userTimeout - elapsed
        delay = left <= 0 ? 1 : min(timeout, (left * 1000 + tick - 1) / tick)
      }
      timer.arm(jiffy: now, delay: delay, inCallback: true)
    }
  }
}

@Suite("Predictions of the check by connecting")
struct ConnectPredictionTests {
  private func settings(
    retries: Int? = nil, userTimeout: Duration? = nil, timeout: Duration? = nil, interval: Duration = .seconds(1)
  ) -> DetectorSettings {
    .connect(ConnectSettings(interval: interval, synRetries: retries, userTimeout: userTimeout, timeout: timeout))
  }

  private static func silence(
    _ new: NewConnections?, local: LocalSign = .none, until end: Duration? = nil
  ) -> [EffectSpan] {
    let silence = Silence(hostUnreachable: false, local: local, newConnections: new)
    return [EffectSpan(effect: .pathBroken(silence), start: .zero, end: end)]
  }

  private func prediction(
    _ settings: DetectorSettings, _ effects: [EffectSpan] = Self.silence(.dropped), workload: Workload = .idle,
    application: ApplicationState = ApplicationState(nextHeartbeat: .seconds(0)),
    kernel: KernelTimers = KernelTimers(hz: 250)
  ) -> Prediction {
    settings.prediction(
      of: effects, workload: workload, connection: quietConnection(), application: application,
      t0: .seconds(0), kernel: kernel)
  }

  @Test("the kernel's limits take this long")
  func references() {
    #expect(prediction(settings()).isRange(133.26, 135.30))
    let old = KernelTimers(hz: 250, synLinearTimeouts: 0)
    #expect(prediction(settings(), kernel: old).isRange(129.16, 131.21))
    #expect(prediction(settings(retries: 1)).isRange(3.06, 3.08, within: 0.01))
    #expect(prediction(settings(retries: 2)).isRange(7.13, 7.35, within: 0.25))
    #expect(prediction(settings(retries: 3)).isRange(19.34, 19.59))
  }

  @Test("the application's own timeout expires first, counted from the attempt")
  func patience() {
    let patient = settings(timeout: .seconds(2))
    #expect(prediction(patient).isRange(2, 2))
    #expect(prediction(patient, application: ApplicationState(nextHeartbeat: .seconds(0.4))).isRange(2.4, 2.4))
    let underWay = ApplicationState(nextHeartbeat: .seconds(0.4), connectingSince: .seconds(-0.3))
    #expect(prediction(patient, application: underWay).isRange(1.7, 1.7))
    // An attempt that began just now may have got through.
    let justNow = ApplicationState(nextHeartbeat: .seconds(0.999), connectingSince: .seconds(-0.0001))
    #expect(prediction(patient, application: justNow).isRange(2, 2.999))
    #expect(
      patient.prediction(of: Self.silence(.dropped), workload: .idle, kernel: KernelTimers(hz: 250)).isRange(2, 3))
  }

  @Test("every simulated attempt is given up in its range", arguments: allHZ)
  func simulated(hz: Int) throws {
    var random = KeyedRandom(seed: 12, "connect", "\(hz)")
    for _ in 0..<3000 {
      let retries = Int.random(in: 1...10, using: &random)
      let linear = Int.random(in: 0...5, using: &random)
      let userTimeout = Bool.random(using: &random) ? Int64.random(in: 100...200_000, using: &random) : nil
      let longest = Bool.random(using: &random) ? Int64.random(in: 1...120, using: &random) * 1000 : 120_000
      let kernel = KernelTimers(hz: hz, rtoMax: .milliseconds(longest), synLinearTimeouts: linear)
      let start = (Int64(1) << 32) + Int64.random(in: 0..<8_000_000, using: &random)
      let attempt = SimulatedConnect(
        at: start, hz: hz, retries: retries, linear: linear, userTimeout: userTimeout ?? 0, longest: longest)
      let settings = settings(retries: retries, userTimeout: userTimeout.map { .milliseconds($0) })
      func predicted(_ effects: [EffectSpan]) -> Prediction { prediction(settings, effects, kernel: kernel) }
      let truth = Double(attempt.givenUp - start) / Double(hz)
      let range = try #require(predicted(Self.silence(.dropped)).seconds)
      let slack = 2 / Double(hz)
      let message = "\(settings) linear=\(linear) longest=\(longest) \(truth) \(range)"
      #expect(range.lowerBound - slack <= truth && truth <= range.upperBound + slack, "\(message)")
      #expect(range.upperBound - range.lowerBound < truth / 6 + 0.2, "\(message)")

      let heal = Double.random(in: 0...(truth * 1.2), using: &random)
      let saved = attempt.sent.contains { Double($0 - start) / Double(hz) >= heal }
      switch predicted(Self.silence(.dropped, until: Duration(seconds: heal))) {
      case .never: #expect(saved, "\(heal) \(message)")
      case .range: #expect(!saved, "\(heal) \(message)")
      case .unknown: break
      }
    }
  }

  @Test("an attempt is rejected at once, or once a neighbour's address cannot be resolved")
  func unreachable() throws {
    #expect(prediction(settings(), Self.silence(.rejected)).isRange(0, 0.0001, within: 1e-4))
    #expect(prediction(settings(), Self.silence(.unresolved)).isRange(3.05, 135.30))
    #expect(prediction(settings(timeout: .seconds(2)), Self.silence(.unresolved)).isRange(2, 2))
    // The test does not say whether a host rejects it, or whether the address was requested before.
    #expect(prediction(settings(), broken()).isRange(0, 135.30))
    #expect(prediction(settings(), Self.silence(.unresolved), workload: seconds1Requests).isRange(0, 135.30))
    let pulled = Self.silence(.unresolved, local: .carrierLost)
    #expect(prediction(settings(), pulled).isRange(3.05, 3.08))
    #expect(prediction(settings(), pulled, kernel: KernelTimers(hz: 100)).isRange(3.09, 3.16))
    #expect(prediction(settings(), Self.silence(.accepted)) == .never)
  }

  @Test("without a route, an attempt fails at once")
  func interfaceDown() throws {
    let down = [
      EffectSpan(
        effect: .pathBroken(Silence(hostUnreachable: false, local: .interfaceDown)), start: .zero, end: nil)
    ]
    let application = ApplicationState(nextHeartbeat: .seconds(0.4))
    #expect(prediction(settings(), down, application: application).isRange(0.4, 0.404))
  }

  @Test("a stuck process does not matter; whether a lost peer accepts is unknown")
  func otherEffects() {
    func during(_ effect: FaultEffect) -> Prediction {
      prediction(settings(), [EffectSpan(effect: effect, start: .zero, end: nil)])
    }
    #expect(during(.serviceUnresponsive(.process)) == .never)
    #expect(during(.notReading) == .never)
    #expect(during(.none) == .never)
    #expect(during(.connectionLost(.whenSpokenTo)).isUnknown)
    #expect(during(.connectionLost(.silent(Silence(hostUnreachable: false)))).isUnknown)
    #expect(during(.connectionLost(.silent(Silence(hostUnreachable: false, newConnections: .accepted)))) == .never)
    #expect(
      during(.connectionLost(.silent(Silence(hostUnreachable: false, newConnections: .dropped)))).isRange(
        133.26, 135.30))
    #expect(during(.connectionLost(.atOnce)).seconds?.lowerBound == 0)
    #expect(during(.slow).isUnknown)
  }
}
