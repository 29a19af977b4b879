import Model

/// A document that injects one fault, and how it is to be understood.
struct FaultExample: Sendable {
  var fault: Fault
  /// The timeline's flow entries.
  var entries: [String]
  var topology = "{backup: true}"
  var workload = "{requests: {every: 200ms, timeout: 1s}}"
  var detectors = "[none, keepalive: {idle: 1s, interval: 1s, probes: 2}, heartbeat: {interval: 1s, timeout: 3s}]"

  var document: String {
    """
    version: 1
    name: \(fault.kind.rawValue)
    topology: \(topology)
    workload: \(workload)
    detectors: \(detectors)
    timeline:
    \(entries.map { "  - {\($0)}" }.joined(separator: "\n"))
    measure: \(fault.kind.rawValue)
    observe: 20s
    trials: 10
    expect:
      - {false_alarms: 0, observer: \(detectors.contains("observer: server") ? "server" : "client")}

    """
  }

  private static let onServer =
    "[keepalive: {idle: 1s, interval: 1s, probes: 2, observer: server}, "
    + "heartbeat: {interval: 1s, timeout: 3s, observer: server}]"

  /// At least one for each fault.
  static let all: [FaultExample] = [
    FaultExample(
      fault: .cablePull(cable: .client),
      entries: ["at: 3s, inject: cable-pull, cable: client", "at: 8s, heal: cable-pull"]
    ),
    FaultExample(
      fault: .cablePull(cable: .server), entries: ["at: 3s, inject: cable-pull, for: 500ms, every: 2s, times: 5"]),
    FaultExample(
      fault: .interfaceDown(host: .client),
      entries: ["at: 3s, inject: interface-down, host: client", "at: 8s, heal: interface-down"],
      detectors: "[link-monitor, route-monitor, none]"),
    FaultExample(
      fault: .blackhole(cable: .server, direction: .toClient),
      entries: ["at: 3s, inject: blackhole, cable: server, direction: to-client, for: 5s"],
      topology: "{cables: {server: {delay: 20ms, loss: 1%, rate: 10mbit}}}"),
    FaultExample(
      fault: .impair(
        cable: .server, direction: .both,
        Impairment(delay: .milliseconds(300), jitter: .milliseconds(50), distribution: .normal, loss: 0.05)),
      entries: [
        "at: 3s, inject: impair, cable: server, delay: 300ms, jitter: 50ms, distribution: normal, loss: 5%",
        "at: 6s, inject: impair, loss: 100%", "at: 9s, heal: impair",
      ]),
    FaultExample(
      fault: .impair(
        cable: .client, direction: .toServer,
        Impairment(gilbertElliott: GilbertElliott(toBad: 0.05, toGood: 0.3, lossInBad: 0.8, lossInGood: 0.01))),
      entries: [
        "at: 3s, inject: impair, cable: client, direction: to-server, "
          + "gilbertElliott: {toBad: 5%, toGood: 30%, lossInBad: 80%, lossInGood: 1%}"
      ]),
    FaultExample(
      fault: .routerRestart(downtime: .milliseconds(300)),
      entries: ["at: 3s, inject: router-restart, downtime: 300ms, every: 1500ms, times: 6"]),
    FaultExample(fault: .routerCrash, entries: ["at: 3s, inject: router-crash"]),
    FaultExample(
      fault: .firewallDrop(direction: .toServer),
      entries: ["at: 3s, inject: firewall-drop, direction: to-server", "at: 8s, heal: firewall-drop"]),
    FaultExample(
      fault: .firewallReject(with: .adminProhibited),
      entries: ["at: 3s, inject: firewall-reject, with: admin-prohibited", "at: 8s, heal: firewall-reject"],
      topology: "{family: ipv6}"),
    FaultExample(fault: .firewallReject(with: .tcpReset), entries: ["at: 3s, inject: firewall-reject"]),
    FaultExample(
      fault: .natFlush(loose: false), entries: ["at: 3s, inject: nat-flush, loose: false"], topology: "{path: nat}"),
    FaultExample(
      fault: .natTimeout(after: .seconds(2)), entries: ["at: 3s, inject: nat-timeout, after: 2s"],
      topology: "{path: nat}", workload: "idle",
      detectors: "[adaptive: {from: 500ms, to: 5s, step: 500ms, timeout: 1s}]"),
    FaultExample(fault: .natRebind, entries: ["at: 3s, inject: nat-rebind"], topology: "{path: nat, backup: true}"),
    FaultExample(
      fault: .processKill(host: .server), entries: ["at: 3s, inject: process-kill", "at: 8s, heal: process-kill"]),
    FaultExample(
      fault: .processStop(host: .client), entries: ["at: 3s, inject: process-stop, host: client, for: 5s"],
      workload: "{push: {every: 1s}}", detectors: onServer),
    FaultExample(fault: .hostCrash(host: .server), entries: ["at: 3s, inject: host-crash"]),
    FaultExample(
      fault: .hostCrash(host: .client), entries: ["at: 3s, inject: host-crash, host: client"],
      workload: "{push: {every: 1s, size: 1400B}}", detectors: onServer),
    FaultExample(
      fault: .hostReboot(host: .server, downtime: .seconds(2)),
      entries: ["at: 3s, inject: host-reboot, downtime: 2s"], topology: "{path: direct, backup: true}"),
    FaultExample(
      fault: .cpuSaturation(mode: .worker),
      entries: ["at: 3s, inject: cpu-saturation, mode: worker", "at: 8s, heal: cpu-saturation"],
      detectors: """
        [heartbeat: {interval: 1s, timeout: 3s, responder: io-thread}, \
        heartbeat: {name: deep, interval: 1s, timeout: 3s, responder: io-thread, depth: worker}, request-timeout]
        """),
    FaultExample(
      fault: .slowReader, entries: ["at: 3s, inject: slow-reader, for: 10s"],
      workload: "{trickle: {every: 10ms, size: 16KiB}}",
      detectors: "[user-timeout: {timeout: 3s}, retransmission: {retries2: 5, rtoMax: 1s}, none]"),
    FaultExample(
      fault: .listenOverflow(host: .backup),
      entries: [
        "at: 2s, inject: cable-pull", "at: 3s, inject: listen-overflow, host: backup", "at: 9s, heal: listen-overflow",
      ]
    ),
    FaultExample(
      fault: .addressChange, entries: ["at: 3s, inject: address-change", "at: 8s, heal: address-change"],
      detectors: "[route-monitor, user-timeout: {timeout: 3s}]"),
  ]
}
