import Model
import Testing

@testable import Detectors

/// One of each mechanism, and of each way in which its settings matter.
let everyMechanism: [DetectorSettings] = {
  let pingings = [Pinging(), Pinging(transport: .udp), Pinging(responder: .ioThread)]
  let heartbeats = pingings.flatMap { pinging -> [DetectorSettings] in
    [
      .heartbeat(HeartbeatSettings(interval: .seconds(1), timeout: .seconds(3), pinging: pinging)),
      .phiAccrual(
        PhiAccrualSettings(
          interval: .seconds(1), threshold: 8, window: 100, minDeviation: .milliseconds(50), pinging: pinging)),
      .chen(ChenSettings(interval: .seconds(1), margin: .milliseconds(500), window: 10, pinging: pinging)),
      .adaptive(
        AdaptiveSettings(
          from: .seconds(1), to: .seconds(8), step: .seconds(1), successes: 2, timeout: .seconds(1), pinging: pinging)),
      .overload(
        OverloadSettings(
          interval: .seconds(1), threshold: 0.8, samples: 3, timeout: .seconds(3), pinging: pinging)),
    ]
  }
  return [
    .none, keepalive(1, 1, 2), keepalive(5, 2, 3, userTimeout: .seconds(3)),
    .userTimeout(UserTimeoutSettings(timeout: .seconds(3))),
    .retransmission(RetransmissionSettings(retries2: 5, rtoMax: .seconds(2))),
    .retransmission(RetransmissionSettings()),
    .connect(ConnectSettings(interval: .seconds(1), synRetries: 2)),
    .connect(ConnectSettings(interval: .seconds(1), userTimeout: .seconds(3), timeout: .seconds(2))),
    .requestTimeout(RequestTimeoutSettings(timeout: .seconds(1))), .linkMonitor, .routeMonitor,
  ] + heartbeats
}()

let everyEffect: [FaultEffect] = {
  let signs: [LocalSign] = [.none, .carrierLost, .interfaceDown, .addressGone]
  let silences =
    signs.flatMap { sign in [false, true].map { Silence(hostUnreachable: $0, local: sign) } }
    + [.accepted, .dropped, .rejected, .unresolved].map { Silence(hostUnreachable: true, newConnections: $0) }
    + [Silence(hostUnreachable: false, peerIsHeard: true)]
  return silences.flatMap { [.pathBroken($0), .connectionLost(.silent($0))] } + [
    .connectionLost(.atOnce), .connectionLost(.whenSpokenTo), .connectionLost(.silentOnceQuiet(for: .seconds(2))),
    .serviceUnresponsive(.process),
    .serviceUnresponsive(.worker), .notReading, .slow, .none,
  ]
}()

let everyWorkload: [Workload] = [
  .idle, seconds1Requests, .push(every: .milliseconds(300)), .trickle(every: .seconds(20)),
]

@Suite("Every mechanism under every effect and workload, seen from both sides")
struct EveryCombinationTests {
  private let kernel = KernelTimers(hz: 250)

  private var connections: [ConnectionState] {
    var inFlight = quietConnection()
    (inFlight.unacknowledgedSegments, inFlight.timer) = (1, .retransmit)
    inFlight.timerExpiresIn = .milliseconds(100)
    var backedOff = inFlight
    (backedOff.backoff, backedOff.retransmissionTimeout) = (2, .milliseconds(816))
    var window = quietConnection()
    (window.timer, window.timerExpiresIn) = (.zeroWindowProbe, .milliseconds(100))
    return [
      quietConnection(), idleConnection(heardAgo: .milliseconds(400), expiresIn: .milliseconds(600)), inFlight,
      backedOff, window,
    ]
  }

  private let applications = [
    ApplicationState(),
    ApplicationState(
      lastAnswer: .seconds(-0.4), oldestUnansweredRequest: .seconds(-0.1), nextRequest: .seconds(0.3),
      nextHeartbeat: .seconds(0.6), connectingSince: .seconds(-0.2),
      arrivals: ArrivalEstimate(
        mean: .seconds(1), deviation: .milliseconds(50), nextArrival: .seconds(0.6), interval: .seconds(1))),
  ]

  @Test("each has a prediction whose bounds are in order and not before t0", arguments: everyMechanism)
  func ordered(settings: DetectorSettings) {
    var effects: [[EffectSpan]] = [[]]
    for effect in everyEffect {
      effects.append([EffectSpan(effect: effect, start: .zero, end: nil)])
      effects.append([EffectSpan(effect: effect, start: .zero, end: .milliseconds(1500))])
      effects.append([
        EffectSpan(effect: effect, start: .zero, end: .milliseconds(300)),
        EffectSpan(effect: .connectionLost(.whenSpokenTo), start: .milliseconds(100), end: nil),
      ])
      effects.append([
        EffectSpan(effect: .pathBroken(hostUnreachable: false), start: .zero, end: .seconds(2)),
        EffectSpan(effect: effect, start: .seconds(1), end: .seconds(10)),
      ])
    }
    for spans in effects {
      for workload in everyWorkload {
        for observer in Observer.allCases {
          var predictions = [
            settings.prediction(of: spans, workload: workload, observer: observer, kernel: kernel)
          ]
          for connection in connections {
            for application in applications {
              predictions.append(
                settings.prediction(
                  of: spans, workload: workload, observer: observer, connection: connection, application: application,
                  t0: .seconds(0), kernel: kernel))
            }
          }
          for prediction in predictions {
            if case .range(let min, let max) = prediction {
              #expect(.zero <= min && min <= max, "\(settings) \(spans) \(workload) \(observer) \(prediction)")
            }
            if case .unknown(let reason) = prediction { #expect(!reason.isEmpty) }
          }
        }
      }
    }
  }

  @Test("every mechanism notices a closed connection at once", arguments: everyMechanism)
  func atOnce(settings: DetectorSettings) {
    let closed = [EffectSpan(effect: .connectionLost(.atOnce), start: .zero, end: nil)]
    for workload in everyWorkload {
      let prediction = settings.prediction(of: closed, workload: workload, kernel: kernel)
      #expect(prediction.isRange(0, 0.001, within: 1e-6), "\(prediction)")
    }
  }

  @Test("no effect declares nobody dead", arguments: everyMechanism)
  func none(settings: DetectorSettings) {
    for workload in everyWorkload {
      for observer in Observer.allCases {
        let healthy = [EffectSpan(effect: FaultEffect.none, start: .zero, end: nil)]
        for effects in [[], healthy] {
          #expect(
            settings.prediction(of: effects, workload: workload, observer: observer, kernel: kernel) == .never)
        }
      }
    }
  }

  @Test("a silently lost connection equals a path that never heals", arguments: everyMechanism)
  func lostInSilence(settings: DetectorSettings) {
    // These open new connections.
    switch settings {
    case .connect, .adaptive: return
    default: break
    }
    for workload in everyWorkload {
      let silence = Silence(hostUnreachable: false)
      func prediction(_ effect: FaultEffect, end: Duration?) -> Prediction {
        settings.prediction(
          of: [EffectSpan(effect: effect, start: .zero, end: end)], workload: workload, kernel: kernel)
      }
      #expect(
        prediction(.connectionLost(.silent(silence)), end: .seconds(1)) == prediction(.pathBroken(silence), end: nil))
    }
  }
}
