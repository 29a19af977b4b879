import Model
import Testing

@testable import Detectors

/// Requests into an outage that begins at t0, and what the simulated kernel makes of it.
struct RetransmissionTrial {
  var settings: DetectorSettings
  var kernel: KernelTimers
  var connection: ConnectionState
  var application: ApplicationState
  var t0: Instant
  var effects: [EffectSpan]
  var workload: Workload
  /// From t0; nil if something got through after the heal.
  var detection: Duration?
  /// From t0: the first segment that got through.
  var delivered: Duration?

  init(
    random: inout KeyedRandom, hz: Int, heal: Bool = false, unreachable: Bool = false, sampleLate: Bool = false,
    plain: Bool = false
  ) {
    let tick = 1_000_000 / Int64(hz)
    let offset = Int64(1) << 32
    let retries = Int.random(in: 1...15, using: &random)
    let userTimeout: Int64? =
      !plain && Bool.random(using: &random) ? Int64.random(in: 300...60_000, using: &random) : nil
    let tailLossProbe = Int.random(in: 0..<5, using: &random) > 0
    kernel = KernelTimers(hz: hz, jiffiesOffset: offset, retries2: retries, tailLossProbe: tailLossProbe)
    settings =
      userTimeout.map {
        .keepalive(
          KeepaliveSettings(idle: .seconds(7200), interval: .seconds(75), probes: 9, userTimeout: .milliseconds($0)))
      } ?? .none
    let roundTrip = Int64.random(in: 0...3000, using: &random)
    let timeout = (200_000 + Int64.random(in: 0...8000, using: &random) + tick - 1) / tick
    // tcp_retries2 of 15 doublings from 200 ms, but no wait above 120 s.
    let waits = (0...retries).map { min(200 << Int64(min($0, 20)), Int64(120_000)) }
    var sender = SimulatedSender(
      tick: tick, roundTrip: roundTrip, tailLossProbe: tailLossProbe, userTimeout: userTimeout ?? 0,
      budget: waits.reduce(0, +), longest: 120_000_000 / tick, timeout: timeout)

    let injected = offset * tick + Int64.random(in: 0..<(40_000_000 * tick), using: &random)
    let every = Int64.random(in: 20_000...1_500_000, using: &random)
    let first = sampleLate ? injected : injected + Int64.random(in: 0..<every, using: &random)
    let sampled = sampleLate ? injected + Int64.random(in: 1000..<150_000, using: &random) : injected
    let outage = heal ? Int64.random(in: 50_000...40_000_000, using: &random) : nil
    let end = outage.map { injected + $0 } ?? .max
    var write = first
    var icmp = unreachable ? first + Int64.random(in: 100_000...4_000_000, using: &random) : .max
    var state: ConnectionState?
    func connection(_ sender: SimulatedSender) -> ConnectionState {
      ConnectionState(
        sampledAt: Instant(nanoseconds: (sampled - offset * tick) * 1000), lastReceivedAge: .zero,
        retransmissionTimeout: .microseconds(timeout * tick), roundTripTime: .microseconds(roundTrip),
        unacknowledgedSegments: sender.inFlight, probesOut: 0, backoff: 0,
        timer: sender.inFlight > 0 ? .retransmit : .off,
        timerExpiresIn: sender.inFlight > 0 ? .microseconds(sender.left(sampled) * tick) : nil)
    }
    while sender.givenUp == nil {
      let next = min(write, icmp, sender.nextFiring ?? .max)
      if state == nil, next > sampled { state = connection(sender) }
      if let sent = sender.transmissions.last, sent >= end { break }
      if next == sender.nextFiring {
        sender.fire()
      } else if next == icmp {
        sender.hostUnreachable(icmp)
        icmp += Int64.random(in: 1000...4_000_000, using: &random)
      } else {
        sender.write(write)
        write += every
      }
    }
    self.connection = state ?? connection(sender)
    t0 = Instant(nanoseconds: (injected - offset * tick) * 1000)
    effects = broken(until: outage.map { .microseconds($0) }, unreachable: unreachable)
    workload = .requests(every: .microseconds(every), timeout: .seconds(1))
    func instant(_ microseconds: Int64) -> Instant { Instant(nanoseconds: (microseconds - offset * tick) * 1000) }
    // An endpoint knows what it sent up to t0.
    let unanswered = sampleLate ? first : nil
    application = ApplicationState(
      oldestUnansweredRequest: unanswered.map(instant), nextRequest: instant(sampleLate ? first + every : first))
    detection = sender.givenUp.map { .microseconds($0 - injected) }
    delivered = sender.givenUp == nil ? sender.transmissions.last.map { .microseconds($0 - injected) } : nil
  }

  var summary: String {
    "\(settings) \(kernel) every=\(workload.spelled) rto=\(connection.retransmissionTimeout) rtt=\(connection.roundTripTime)"
      + " flight=\(connection.unacknowledgedSegments) left=\(connection.timerExpiresIn.map { "\($0)" } ?? "-")"
      + " next=\(application.nextRequest.map { "\($0 - t0)" } ?? "-") sampled=\(connection.sampledAt - t0)"
      + " until=\(effects[0].end.map { "\($0)" } ?? "-") -> \(detection.map { "\($0)" } ?? "never")"
      + " delivered \(delivered.map { "\($0)" } ?? "-")"
  }

  func prediction(exact: Bool) -> Prediction {
    var kernel = self.kernel
    if !exact { kernel.jiffiesOffset = nil }
    return settings.prediction(
      of: effects, workload: workload, connection: connection, application: application, t0: t0, kernel: kernel)
  }

  /// Milliseconds are rounded twice on the way, and jiffies once.
  func agrees(_ prediction: Prediction) -> Bool {
    switch prediction {
    case .unknown: true
    case .never: detection == nil
    case .range(let min, let max):
      detection.map { $0 >= min - kernel.tick && $0 <= max + kernel.tick + .milliseconds(1) } ?? false
    }
  }
}

@Suite("Retransmission against a simulated kernel")
struct RetransmissionSimulationTests {
  @Test("every simulated end lies in its ranges; known jiffies pin it to some ticks", arguments: allHZ)
  func forever(hz: Int) throws {
    var random = KeyedRandom(seed: 3, "retransmission", "\(hz)")
    var widths: [Int64] = []
    for _ in 0..<1000 {
      let trial = RetransmissionTrial(random: &random, hz: hz)
      for prediction in [trial.prediction(exact: false), trial.prediction(exact: true)] {
        let agrees = trial.agrees(prediction)
        #expect(agrees, "\(trial.summary) \(prediction)")
        #expect(prediction.seconds != nil)
      }
      if case .requests(let every, _) = trial.workload, every > .milliseconds(450) {
        let exact = try #require(trial.prediction(exact: true).seconds)
        widths.append(Int64(((exact.upperBound - exact.lowerBound) * Double(hz)).rounded()))
      }
    }
    let sharp = widths.filter { $0 <= 8 }.count
    #expect(sharp * 10 > widths.count * 7, "only \(sharp) of \(widths.count) are exact")
  }

  @Test("data in flight at t0 is given up in its range", arguments: allHZ)
  func inFlight(hz: Int) {
    var random = KeyedRandom(seed: 4, "in flight", "\(hz)")
    for _ in 0..<1000 {
      let trial = RetransmissionTrial(random: &random, hz: hz, sampleLate: true)
      for prediction in [trial.prediction(exact: false), trial.prediction(exact: true)] {
        let agrees = trial.agrees(prediction)
        #expect(agrees, "\(trial.summary) \(prediction)")
      }
    }
  }

  @Test("backoffs that host unreachable undoes leave it in its range", arguments: allHZ)
  func unreachable(hz: Int) {
    var random = KeyedRandom(seed: 5, "unreachable", "\(hz)")
    for _ in 0..<1000 {
      let trial = RetransmissionTrial(random: &random, hz: hz, unreachable: true)
      let prediction = trial.prediction(exact: false)
      let agrees = trial.agrees(prediction)
      #expect(agrees, "\(trial.summary) \(prediction)")
    }
  }

  @Test("what a heal saves is predicted to live, what comes too late to die", arguments: allHZ, [false, true])
  func healed(hz: Int, unreachable: Bool) {
    var random = KeyedRandom(seed: 6, "healed", "\(hz)")
    var (unknown, survived, died) = (0, 0, 0)
    for _ in 0..<1000 {
      let trial = RetransmissionTrial(random: &random, hz: hz, heal: true, unreachable: unreachable)
      for prediction in [trial.prediction(exact: false), trial.prediction(exact: true)] {
        let agrees = trial.agrees(prediction)
        #expect(agrees, "\(trial.summary) \(prediction)")
      }
      if trial.prediction(exact: false).isUnknown { unknown += 1 }
      if trial.detection == nil { survived += 1 } else { died += 1 }
    }
    #expect(
      survived > 100 && died > 100 && unknown < (unreachable ? 350 : 150), "\(unknown) unknown, \(survived), \(died)")
  }

  @Test("after a heal, data gets through by when the model says", arguments: allHZ, [false, true])
  func recovery(hz: Int, unreachable: Bool) {
    var random = KeyedRandom(seed: 7, "recovery", "\(hz)")
    for _ in 0..<1000 {
      var trial = RetransmissionTrial(random: &random, hz: hz, heal: true, unreachable: unreachable)
      guard let delivered = trial.delivered, let heal = trial.effects[0].end else { continue }
      trial.kernel.jiffiesOffset = nil
      let transmission = RetransmissionPrediction(
        circumstances: Circumstances(
          effects: trial.effects, workload: trial.workload, kernel: trial.kernel,
          moment: Circumstances.Moment(
            connection: trial.connection, application: trial.application, t0: trial.t0)),
        userTimeout: nil, heartbeat: nil)
      guard let pending = transmission.pending(from: nil), (pending.first?.zero.upperBound ?? heal) < heal else {
        continue
      }
      // Less the allowances for what the simulation leaves out.
      let allowance = Duration.milliseconds(50) + trial.connection.roundTripTime * 10
      let bound =
        transmission.recovered(of: pending, heal: heal, reverting: unreachable) - allowance
        - (unreachable ? transmission.circumstances.resolution : .zero)
      #expect(delivered <= bound + trial.kernel.tick, "\(trial.summary) by \(bound)")
    }
  }
}
