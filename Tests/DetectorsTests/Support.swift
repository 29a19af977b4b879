import Model
import Testing

@testable import Detectors

/// A connection whose keepalive timer is armed, sampled at t0.
func idleConnection(
  heardAgo: Duration, expiresIn: Duration, probesOut: Int = 0, at instant: Instant = Instant(nanoseconds: 0)
) -> ConnectionState {
  ConnectionState(
    sampledAt: instant, lastReceivedAge: heardAgo, retransmissionTimeout: .milliseconds(204),
    roundTripTime: .microseconds(100), unacknowledgedSegments: 0, probesOut: probesOut, backoff: 0, timer: .keepalive,
    timerExpiresIn: expiresIn)
}

/// A connection without any armed timer.
func quietConnection(rto: Duration = .milliseconds(204), roundTrip: Duration = .microseconds(100)) -> ConnectionState {
  ConnectionState(
    sampledAt: Instant(nanoseconds: 0), lastReceivedAge: .zero, retransmissionTimeout: rto, roundTripTime: roundTrip,
    unacknowledgedSegments: 0, probesOut: 0, backoff: 0, timer: .off, timerExpiresIn: nil)
}

func broken(until end: Duration? = nil, unreachable: Bool = false) -> [EffectSpan] {
  [EffectSpan(effect: .pathBroken(hostUnreachable: unreachable), start: .zero, end: end)]
}

func keepalive(_ idle: Int, _ interval: Int, _ probes: Int, userTimeout: Duration? = nil) -> DetectorSettings {
  .keepalive(
    KeepaliveSettings(idle: .seconds(idle), interval: .seconds(interval), probes: probes, userTimeout: userTimeout))
}

extension Instant {
  static func seconds(_ seconds: Double) -> Instant { Instant(nanoseconds: Int64((seconds * 1e9).rounded())) }
}

extension Prediction {
  var seconds: ClosedRange<Double>? {
    if case .range(let min, let max) = self { min.inSeconds...max.inSeconds } else { nil }
  }

  var isUnknown: Bool {
    if case .unknown = self { true } else { false }
  }

  /// Whether it is this range, in seconds, to the 10 ms resolution of the reference tables.
  func isRange(_ min: Double, _ max: Double, within tolerance: Double = 0.0051) -> Bool {
    guard let seconds else { return false }
    return abs(seconds.lowerBound - min) <= tolerance && abs(seconds.upperBound - max) <= tolerance
  }
}

let allHZ = [100, 250, 1000]
let seconds1Requests = Workload.requests(every: .seconds(1), timeout: .seconds(1))
