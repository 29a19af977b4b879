import Model
import Testing

@testable import Detectors

/// Requests into an outage that begins at t0, and the simulated kernel's result.
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
    plain: Bool = false, limits: Bool = false, refused: Bool = false, backedOff: Bool = false
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
        Bool.random(using: &random)
          ? .userTimeout(UserTimeoutSettings(timeout: .milliseconds($0)))
          : .keepalive(
            KeepaliveSettings(idle: .seconds(7200), interval: .seconds(75), probes: 9, userTimeout: .milliseconds($0)))
      } ?? .none
    var longest: Int64 = 120_000
    if limits {
      longest = Int64.random(in: 1000...120_000, using: &random)
      kernel.retries2 = 15
      settings = .retransmission(RetransmissionSettings(retries2: retries, rtoMax: .milliseconds(longest)))
    }
    let roundTrip = Int64.random(in: 0...3000, using: &random)
    let timeout = (200_000 + Int64.random(in: 0...8000, using: &random) + tick - 1) / tick
    // tcp_retries2 of 15 doublings from 200 ms, but no wait above 120 s.
    let waits = (0...retries).map { min(200 << Int64(min($0, 20)), longest) }
    var sender = SimulatedSender(
      tick: tick, roundTrip: roundTrip, tailLossProbe: tailLossProbe, userTimeout: limits ? 0 : userTimeout ?? 0,
      budget: waits.reduce(0, +), longest: (longest * 1000 + tick - 1) / tick, timeout: timeout)
    sender.retries = retries

    let injected = offset * tick + Int64.random(in: 0..<(40_000_000 * tick), using: &random)
    let every = Int64.random(in: 20_000...1_500_000, using: &random)
    let first = sampleLate ? injected : injected + Int64.random(in: 0..<every, using: &random)
    let late = backedOff ? Int64.random(in: 500_000..<20_000_000, using: &random) : 0
    let sampled = sampleLate ? injected + late + Int64.random(in: 1000..<150_000, using: &random) : injected
    // The path was broken before t0, and the sample shows that.
    let zero = backedOff ? sampled : injected
    let outage = heal ? Int64.random(in: 50_000...40_000_000, using: &random) : nil
    let end = outage.map { injected + $0 } ?? .max
    var write = first
    var icmp = unreachable ? first + Int64.random(in: 100_000...4_000_000, using: &random) : .max
    var state: ConnectionState?
    func connection(_ sender: SimulatedSender) -> ConnectionState {
      ConnectionState(
        sampledAt: Instant(nanoseconds: (sampled - offset * tick) * 1000), lastReceivedAge: .zero,
        retransmissionTimeout: .microseconds(sender.timeout * tick), roundTripTime: .microseconds(roundTrip),
        unacknowledgedSegments: sender.inFlight, probesOut: 0, backoff: sender.backoff,
        timer: sender.inFlight > 0 ? .retransmit : .off,
        timerExpiresIn: sender.inFlight > 0 ? .microseconds(sender.left(sampled) * tick) : nil)
    }
    while sender.givenUp == nil {
      let next = min(write, icmp, sender.nextFiring ?? .max)
      if state == nil, next > sampled {
        state = connection(sender)
        sender.refuses = refused
      }
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
    t0 = Instant(nanoseconds: (zero - offset * tick) * 1000)
    effects = broken(until: outage.map { .microseconds($0) }, unreachable: unreachable)
    if refused {
      effects[0].effect = .pathBroken(Silence(hostUnreachable: false, local: .interfaceDown))
    }
    workload = .requests(every: .microseconds(every), timeout: .seconds(1))
    func instant(_ microseconds: Int64) -> Instant { Instant(nanoseconds: (microseconds - offset * tick) * 1000) }
    // An endpoint knows what it sent up to t0.
    let unanswered = sampleLate ? first : nil
    application = ApplicationState(
      oldestUnansweredRequest: unanswered.map(instant), nextRequest: instant(sampleLate ? first + every : first))
    detection = sender.givenUp.map { .microseconds($0 - zero) }
    delivered = sender.givenUp == nil ? sender.transmissions.last.map { .microseconds($0 - zero) } : nil
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
      if case .requests(let every, _, _) = trial.workload, every > .milliseconds(450) {
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

  @Test("one host unreachable right after the last retransmission extends it nearly to the end of its range")
  func unreachableAtTheWorst() throws {
    let tick: Int64 = 4000
    let start = (Int64(1) << 32) * tick
    let given = (1...8).map { firings -> Double in
      var sender = SimulatedSender(
        tick: tick, roundTrip: 100, tailLossProbe: true, userTimeout: 3000, budget: 0, longest: 30_000, timeout: 51)
      sender.write(start)
      for _ in 0..<firings { sender.fire() }
      if let last = sender.transmissions.last { sender.hostUnreachable(last + 1000) }
      while sender.givenUp == nil { sender.fire() }
      return Double((sender.givenUp ?? start) - start) / 1e6
    }
    let range = try #require(
      DetectorSettings.userTimeout(UserTimeoutSettings(timeout: .seconds(3))).prediction(
        of: broken(unreachable: true), workload: .requests(every: .seconds(60), timeout: .seconds(1)),
        connection: quietConnection(), application: ApplicationState(nextRequest: .seconds(0)), t0: .seconds(0),
        kernel: KernelTimers(hz: 250)
      ).seconds)
    let worst = try #require(given.max())
    #expect(given.allSatisfy { range.contains($0) }, "\(given) \(range)")
    #expect(worst > range.upperBound - 0.3, "\(given) \(range)")
  }

  @Test("tcp_retries2 and tcp_rto_max_ms, as the detector sets them, end it in its range", arguments: allHZ)
  func limits(hz: Int) {
    var random = KeyedRandom(seed: 9, "limits", "\(hz)")
    for _ in 0..<1000 {
      let trial = RetransmissionTrial(random: &random, hz: hz, limits: true)
      for prediction in [trial.prediction(exact: false), trial.prediction(exact: true)] {
        let agrees = trial.agrees(prediction)
        #expect(agrees, "\(trial.summary) \(prediction)")
        #expect(prediction.seconds != nil)
      }
    }
  }

  @Test("data for which its own kernel has no route is given up in its range", arguments: allHZ, [false, true])
  func refused(hz: Int, sampleLate: Bool) {
    var random = KeyedRandom(seed: 10, "refused", "\(hz)")
    for _ in 0..<1000 {
      let trial = RetransmissionTrial(random: &random, hz: hz, sampleLate: sampleLate, refused: true)
      for prediction in [trial.prediction(exact: false), trial.prediction(exact: true)] {
        let agrees = trial.agrees(prediction)
        #expect(agrees, "\(trial.summary) \(prediction)")
      }
    }
  }

  @Test("data that was being retransmitted at t0 is given up in its range", arguments: allHZ)
  func backedOff(hz: Int) {
    var random = KeyedRandom(seed: 11, "backed off", "\(hz)")
    var known = 0
    for _ in 0..<1000 {
      let trial = RetransmissionTrial(random: &random, hz: hz, sampleLate: true, backedOff: true)
      guard trial.connection.backoff > 0, trial.detection.map({ $0 > .zero }) ?? true else { continue }
      let prediction = trial.prediction(exact: false)
      let agrees = trial.agrees(prediction)
      #expect(agrees, "\(trial.summary) \(prediction) backoff=\(trial.connection.backoff)")
      if !prediction.isUnknown { known += 1 }
    }
    #expect(known > 300, "only \(known) are known")
  }

  @Test("what a heal saves is predicted to live, what it is too late for to die", arguments: allHZ, [false, true])
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
      guard let pending = transmission.pending(from: nil, in: nil),
        (pending.first?.zero.upperBound ?? heal) < heal
      else {
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
