import Model
import Testing

@testable import Detectors

/// A keepalive connection with a random history, a random fault, and the simulated kernel's result.
private struct KeepaliveTrial {
  var settings: KeepaliveSettings
  var kernel: KernelTimers
  var connection: ConnectionState
  var t0: Instant
  var effects: [EffectSpan]
  var workload = Workload.idle
  /// From t0; nil if the connection survived.
  var detection: Duration?

  /// - Parameters:
  ///   - outages: how many; 0 stands for one that never ends.
  ///   - pushed: whether the peer sends messages up to the outage.
  init(random: inout KeyedRandom, hz: Int, longest: Int64, outages: Int, pushed: Bool = false) {
    let idle = Int64.random(in: 1...longest, using: &random)
    let interval = Bool.random(using: &random) ? idle : Int64.random(in: 1...longest, using: &random)
    let probes = Int.random(in: 1...9, using: &random)
    let timeout: Int64? =
      Int.random(in: 0..<3, using: &random) == 0 ? Int64.random(in: 500...60_000, using: &random) : nil
    settings = KeepaliveSettings(
      idle: .seconds(idle), interval: .seconds(interval), probes: probes,
      userTimeout: timeout.map { .milliseconds($0) })
    let offset = Int64(1) << 32 - Int64(300 * hz)
    kernel = KernelTimers(hz: hz, jiffiesOffset: offset)
    let (hertz, tick) = (Int64(hz), kernel.tick.inNanoseconds)
    let armed = offset + Int64.random(in: 0..<8_000_000, using: &random)
    var machine = SimulatedKeepalive(
      idle: idle * hertz, interval: interval * hertz, probes: probes,
      userTimeout: timeout.map { ($0 * hertz + 999) / 1000 } ?? 0, armedAt: armed)

    // First a round trip soon after opening, then possibly some cycles of answered probes.
    machine.receive(at: armed + Int64.random(in: 0..<hertz, using: &random), data: true)
    var injected = machine.heard + Int64.random(in: 0..<(3 * max(idle, interval) * hertz), using: &random)
    if pushed {
      let every = Int64.random(in: 1...(2 * idle * hertz), using: &random)
      workload = .push(every: .nanoseconds(every * tick))
      for next in stride(from: machine.heard + every, through: injected, by: Int64.Stride(every)) {
        machine.run(until: next) { _ in true }
        machine.receive(at: next, data: true)
      }
    }
    machine.run(until: injected) { _ in true }
    // In some trials, the path was broken before.
    if outages == 0, !pushed, Int.random(in: 0..<4, using: &random) == 0 {
      var broken = machine
      let later = injected + Int64.random(in: 0..<(Int64(probes) * interval * hertz), using: &random)
      broken.run(until: later) { _ in false }
      if broken.declared == nil { (machine, injected) = (broken, later) }
    }
    let lost = machine.unanswered
    t0 = Instant(nanoseconds: (injected - offset) * tick + Int64.random(in: 0..<(tick - 1), using: &random))
    connection = ConnectionState(
      sampledAt: t0, lastReceivedAge: .nanoseconds((injected - machine.heard) * tick),
      retransmissionTimeout: .milliseconds(204), roundTripTime: .zero, unacknowledgedSegments: 0, probesOut: lost,
      backoff: 0, timer: .keepalive,
      timerExpiresIn: .nanoseconds(max(0, machine.timer.expires - injected) * tick),
      lastDataAge: Bool.random(using: &random) ? nil : .nanoseconds((injected - machine.data) * tick))

    var spans: [(start: Int64, end: Int64?)] = [(0, nil)]
    if outages > 0 {
      spans = []
      var start: Int64 = 0
      for _ in 0..<outages {
        let end = start + Int64.random(in: 1...(longest * Int64(probes + 2) * 1000), using: &random)
        spans.append((start, end))
        start = end + Int64.random(in: 1...(longest * 2000), using: &random)
      }
    }
    effects = spans.map { span in
      EffectSpan(
        effect: .pathBroken(hostUnreachable: false), start: .milliseconds(span.start),
        end: span.end.map { .milliseconds($0) })
    }
    let effects = self.effects
    let t0 = self.t0
    let healed = spans.last?.end.map { $0 * hertz / 1000 + Int64(probes + 2) * (idle + interval) * 2 * hertz }
    let limit = injected + (healed ?? 100_000_000)
    machine.run(until: limit) { jiffy in
      let time = Instant(nanoseconds: (jiffy - offset) * tick) - t0
      return !effects.contains { $0.start <= time && $0.end.map { time < $0 } ?? true }
    }
    detection = machine.declared.map { Instant(nanoseconds: ($0 - offset) * tick) - t0 }
  }

  func prediction(exact: Bool) -> Prediction {
    var kernel = self.kernel
    if !exact { kernel.jiffiesOffset = nil }
    return DetectorSettings.keepalive(settings).prediction(
      of: effects, workload: workload, connection: connection, application: ApplicationState(), t0: t0, kernel: kernel)
  }

  func phases() -> Prediction {
    DetectorSettings.keepalive(settings).prediction(of: effects, workload: workload, kernel: kernel)
  }

  /// What a failure message must show.
  var summary: String {
    "\(settings) hz=\(kernel.hz) age=\(connection.lastReceivedAge) left=\(connection.timerExpiresIn ?? .zero)"
      + " data=\(connection.lastDataAge.map { "\($0)" } ?? "-") out=\(connection.probesOut)"
      + " \(effects.map { "\($0.start)-\($0.end.map { "\($0)" } ?? "")" }) \(detection.map { "\($0)" } ?? "never")"
  }

  /// Without the tolerance for what a real host adds: only the sample's position within its tick.
  func agrees(_ prediction: Prediction) -> Bool {
    switch prediction {
    case .unknown: true
    case .never: detection == nil
    case .range(let min, let max): detection.map { $0 >= min - kernel.tick && $0 <= max } ?? false
    }
  }
}

@Suite("Keepalive against a simulated kernel")
struct KeepaliveSimulationTests {
  @Test("every simulated detection lies in its ranges; known jiffies pin it to a tick", arguments: allHZ)
  func forever(hz: Int) throws {
    var random = KeyedRandom(seed: 1, "keepalive", "\(hz)")
    var widths: [Int64] = []
    for _ in 0..<4000 {
      let longest = Int64.random(in: 0..<20, using: &random) == 0 ? 2000 : 20
      let trial = KeepaliveTrial(random: &random, hz: hz, longest: Int64(longest), outages: 0)
      #expect(trial.detection != nil)
      let known = [trial.prediction(exact: false), trial.prediction(exact: true)]
      for prediction in known + (trial.connection.probesOut == 0 ? [trial.phases()] : []) {
        let agrees = trial.agrees(prediction)
        #expect(agrees, "\(trial.summary) \(prediction)")
        #expect(!prediction.isUnknown && prediction != .never)
      }
      let exact = try #require(trial.prediction(exact: true).seconds)
      widths.append(Int64(((exact.upperBound - exact.lowerBound) * Double(hz)).rounded()))
    }
    let sharp = widths.filter { $0 <= 2 }.count
    #expect(sharp >= 3600, "only \(sharp) of 4000 are exact; the widest is \(widths.max() ?? 0) ticks")
  }

  @Test("messages that came in until t0 postpone the probes, in every range", arguments: allHZ)
  func pushed(hz: Int) throws {
    var random = KeyedRandom(seed: 14, "pushed", "\(hz)")
    for _ in 0..<4000 {
      let trial = KeepaliveTrial(random: &random, hz: hz, longest: 20, outages: 0, pushed: true)
      #expect(trial.detection != nil)
      for prediction in [trial.prediction(exact: false), trial.prediction(exact: true), trial.phases()] {
        let agrees = trial.agrees(prediction)
        #expect(agrees, "\(trial.workload) \(trial.summary) \(prediction)")
        #expect(prediction.seconds != nil)
      }
    }
  }

  @Test("connections that survive outages are predicted to live, and those that die to die", arguments: allHZ)
  func healed(hz: Int) {
    var random = KeyedRandom(seed: 2, "healed", "\(hz)")
    var (unknown, exactlyUnknown, survived, died) = (0, 0, 0, 0)
    for round in 0..<3000 {
      let trial = KeepaliveTrial(random: &random, hz: hz, longest: 10, outages: 1 + round % 3)
      let ranges = trial.prediction(exact: false)
      let exact = trial.prediction(exact: true)
      for prediction in [ranges, exact, trial.phases()] {
        let agrees = trial.agrees(prediction)
        #expect(agrees, "\(trial.summary) \(prediction)")
      }
      if ranges.isUnknown { unknown += 1 }
      if exact.isUnknown { exactlyUnknown += 1 }
      if trial.detection == nil { survived += 1 } else { died += 1 }
    }
    #expect(survived > 300 && died > 300)
    #expect(unknown < 450 && exactlyUnknown < 150, "\(unknown) and \(exactlyUnknown) of 3000 are unknown")
  }
}
