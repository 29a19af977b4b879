import Model
import Testing

@testable import Detectors

/// A NAT that forgets a connection without recent traffic, and keepalive probes that the timer wheel sends late.
@Suite("Keepalive over a path that forgets")
struct ForgettingPathTests {
  private func forgetting(_ quiet: Duration) -> [EffectSpan] {
    [EffectSpan(effect: .connectionLost(.silentOnceQuiet(for: quiet)), start: .zero, end: nil)]
  }

  /// The prediction for a connection whose timer was armed in jiffy `armed` and whose limit is set `age` ticks later,
  /// and the simulated kernel's result.
  private func trial(
    _ settings: KeepaliveSettings, quiet: Duration, hz: Int, armed: Int64, age: Int64
  ) -> (exact: Prediction, ranges: Prediction, detection: Duration?) {
    let offset = Int64(1) << 32 - Int64(300 * hz)
    let (hertz, injected) = (Int64(hz), offset + armed + age)
    var kernel = KernelTimers(hz: hz, jiffiesOffset: offset)
    let limit = kernel.ticksUp(quiet)
    var machine = SimulatedKeepalive(
      idle: kernel.ticksUp(settings.idle), interval: kernel.ticksUp(settings.interval), probes: settings.probes,
      userTimeout: 0, armedAt: offset + armed)
    let t0 = kernel.instant(ofJiffy: injected)
    let connection = ConnectionState(
      sampledAt: t0, lastReceivedAge: kernel.duration(ticks: age), retransmissionTimeout: .milliseconds(204),
      roundTripTime: .zero, unacknowledgedSegments: 0, probesOut: 0, backoff: 0, timer: .keepalive,
      timerExpiresIn: kernel.duration(ticks: machine.timer.expires - injected))
    func prediction() -> Prediction {
      DetectorSettings.keepalive(settings).prediction(
        of: forgetting(quiet), workload: .idle, connection: connection, application: ApplicationState(), t0: t0,
        kernel: kernel)
    }
    let exact = prediction()
    let toTick = kernel
    kernel.jiffiesOffset = nil
    let ranges = prediction()
    var heard = machine.heard
    let machineIdle = machine.idle
    // Ten rounds of answered probes, and time for all the unanswered ones.
    machine.run(until: injected + (toTick.ticksUp(settings.idle) * 12 + hertz * 2000)) { jiffy in
      // It is also called at early firings, which send no probe.
      if jiffy - heard >= machineIdle { heard = jiffy - heard >= limit ? heard : jiffy }
      return heard == jiffy
    }
    return (exact, ranges, machine.declared.map { toTick.instant(ofJiffy: $0) - t0 })
  }

  @Test("it is known to the tick whether the first late probe still arrives in time, and when the last one has failed")
  func simulated() {
    for hz in allHZ {
      var random = KeyedRandom(seed: 3, "forgetting", "\(hz)")
      var (died, lived, undecided) = (0, 0, 0)
      for _ in 0..<2000 {
        let settings = KeepaliveSettings(
          idle: .seconds(Int64.random(in: 100...8000, using: &random)), interval: .seconds(75), probes: 3)
        let quiet =
          settings.idle + .seconds(Int64.random(in: 1...(settings.idle.components.seconds / 8), using: &random))
        let (exact, ranges, detection) = trial(
          settings, quiet: quiet, hz: hz, armed: Int64.random(in: 0..<8_000_000, using: &random),
          age: Int64.random(in: 0..<Int64(50 * hz), using: &random))
        switch exact {
        case .unknown: undecided += 1
        case .never: #expect(detection == nil, "\(settings) \(quiet)")
        case .range(let min, let max):
          #expect(
            detection.map { min <= $0 && $0 <= max } ?? false, "\(settings) \(quiet) \(exact) \(detection ?? .zero)")
        }
        switch ranges {
        case .unknown: break
        case .never: #expect(detection == nil, "\(settings) \(quiet)")
        case .range(let min, let max):
          #expect(
            detection.map { min <= $0 && $0 <= max } ?? false, "\(settings) \(quiet) \(ranges) \(detection ?? .zero)")
        }
        if detection == nil { lived += 1 } else { died += 1 }
      }
      #expect(died > 100 && lived > 100)
      // The router gives the connection the rest of its time in whole seconds.
      #expect(undecided < 150, "\(undecided) of 2000 at \(hz) Hz")
    }
  }

  @Test("RFC 5382's two hours and four minutes are too short for the default keepalive at 100 and 1000 ticks a second")
  func fourMinutesOfGrace() {
    let probe = KeepaliveSettings(idle: .seconds(7200), interval: .seconds(75), probes: 9)
    // The wheel's granularity there is 327.68 s, 131.072 s and 262.144 s.
    let lost = allHZ.map { hz in
      (0..<1000).count { draw in
        trial(probe, quiet: .seconds(7440), hz: hz, armed: Int64(draw) * 263, age: 10).detection != nil
      }
    }
    #expect((240...300).contains(lost[0]), "\(lost[0])")
    #expect(lost[1] == 0)
    #expect((65...100).contains(lost[2]), "\(lost[2])")
  }

  @Test("with traffic there is no prediction, and over all phases neither")
  func unknown() {
    let settings = keepalive(7200, 75, 9)
    let kernel = KernelTimers(hz: 100)
    #expect(settings.prediction(of: forgetting(.seconds(7440)), workload: .idle, kernel: kernel).isUnknown)
    #expect(
      settings.prediction(
        of: forgetting(.seconds(7440)), workload: .push(every: .seconds(9000)), kernel: kernel
      ).isUnknown)
  }
}
