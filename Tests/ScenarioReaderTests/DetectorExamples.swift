import Model

/// A detector as a scenario's list item, and how it is to be understood.
struct DetectorExample: Sendable {
  var item: String
  var detector: Detector

  private init(_ item: String, _ detector: Detector) {
    self.item = item
    self.detector = detector
  }

  private init(_ item: String, _ settings: DetectorSettings) {
    self.init(item, Detector(name: settings.mechanism.rawValue, settings: settings))
  }

  private static let deep = Pinging(transport: .tcp, responder: .ioThread, depth: .worker)

  /// At least one for each mechanism; the shortest and the longest form of each.
  static let all: [DetectorExample] = [
    DetectorExample("none", .none),
    DetectorExample(
      "none: {name: control, observer: both}",
      Detector(name: "control", settings: .none, observers: [.client, .server])),
    DetectorExample(
      "keepalive: {}", .keepalive(KeepaliveSettings(idle: .seconds(7200), interval: .seconds(75), probes: 9))),
    DetectorExample(
      "keepalive: {idle: 1s, interval: 2s, probes: 3, userTimeout: 4s, mode: act, observer: server}",
      Detector(
        name: "keepalive",
        settings: .keepalive(
          KeepaliveSettings(idle: .seconds(1), interval: .seconds(2), probes: 3, userTimeout: .seconds(4))),
        observers: [.server])),
    DetectorExample("user-timeout: {timeout: 1500ms}", .userTimeout(UserTimeoutSettings(timeout: .milliseconds(1500)))),
    DetectorExample("retransmission: {}", .retransmission(RetransmissionSettings())),
    DetectorExample(
      "retransmission: {retries2: 5, rtoMax: 1s}",
      .retransmission(RetransmissionSettings(retries2: 5, rtoMax: .seconds(1)))),
    DetectorExample("connect: {interval: 2s}", .connect(ConnectSettings(interval: .seconds(2)))),
    DetectorExample(
      "connect: {interval: 2s, synRetries: 1, userTimeout: 3s, timeout: 500ms}",
      .connect(
        ConnectSettings(
          interval: .seconds(2), synRetries: 1, userTimeout: .seconds(3), timeout: .milliseconds(500)))),
    DetectorExample(
      "heartbeat: {interval: 1s, timeout: 3s}",
      .heartbeat(HeartbeatSettings(interval: .seconds(1), timeout: .seconds(3)))),
    DetectorExample(
      "heartbeat: {name: udp, interval: 1s, timeout: 3s, transport: udp, responder: event-loop, depth: shallow, mode: watch}",
      Detector(
        name: "udp",
        settings: .heartbeat(
          HeartbeatSettings(interval: .seconds(1), timeout: .seconds(3), pinging: Pinging(transport: .udp))),
        mode: .watch)),
    DetectorExample("request-timeout", .requestTimeout(RequestTimeoutSettings(timeout: .seconds(1)))),
    DetectorExample(
      "request-timeout: {timeout: 2s, mode: watch}",
      Detector(
        name: "request-timeout", settings: .requestTimeout(RequestTimeoutSettings(timeout: .seconds(2))), mode: .watch)),
    DetectorExample(
      "phi-accrual: {interval: 1s}",
      .phiAccrual(
        PhiAccrualSettings(interval: .seconds(1), threshold: 8, window: 100, minDeviation: .milliseconds(100)))),
    DetectorExample(
      "phi-accrual: {interval: 1s, threshold: 1.5, window: 1000, minDeviation: 10ms, responder: io-thread, depth: worker}",
      .phiAccrual(
        PhiAccrualSettings(
          interval: .seconds(1), threshold: 1.5, window: 1000, minDeviation: .milliseconds(10), pinging: deep))),
    DetectorExample(
      "chen: {interval: 1s, margin: 500ms}",
      .chen(ChenSettings(interval: .seconds(1), margin: .milliseconds(500), window: 100))),
    DetectorExample(
      "chen: {interval: 1s, margin: 500ms, window: 10, mode: watch, observer: both}",
      Detector(
        name: "chen",
        settings: .chen(ChenSettings(interval: .seconds(1), margin: .milliseconds(500), window: 10)), mode: .watch,
        observers: [.client, .server])),
    DetectorExample(
      "adaptive: {from: 1s, to: 10s, step: 500ms, timeout: 2s}",
      .adaptive(
        AdaptiveSettings(
          from: .seconds(1), to: .seconds(10), step: .milliseconds(500), successes: 3, timeout: .seconds(2)))),
    DetectorExample(
      "adaptive: {from: 1s, to: 10s, step: 500ms, successes: 1, timeout: 2s, transport: udp}",
      .adaptive(
        AdaptiveSettings(
          from: .seconds(1), to: .seconds(10), step: .milliseconds(500), successes: 1, timeout: .seconds(2),
          pinging: Pinging(transport: .udp)))),
    DetectorExample(
      "overload: {interval: 1s, timeout: 3s}",
      .overload(OverloadSettings(interval: .seconds(1), threshold: 0.9, samples: 3, timeout: .seconds(3)))),
    DetectorExample(
      "overload: {interval: 1s, threshold: 100%, samples: 1, timeout: 3s, responder: io-thread}",
      .overload(
        OverloadSettings(
          interval: .seconds(1), threshold: 1, samples: 1, timeout: .seconds(3),
          pinging: Pinging(responder: .ioThread)))),
    DetectorExample("link-monitor", .linkMonitor),
    DetectorExample(
      "link-monitor: {mode: watch, observer: server}",
      Detector(name: "link-monitor", settings: .linkMonitor, mode: .watch, observers: [.server])),
    DetectorExample("route-monitor", .routeMonitor),
    DetectorExample(
      "route-monitor: {name: routes}", Detector(name: "routes", settings: .routeMonitor)),
  ]
}
