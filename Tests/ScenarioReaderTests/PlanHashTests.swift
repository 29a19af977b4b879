import Model
import ScenarioReader
import Testing

@Suite("The hash of a scenario")
struct PlanHashTests {
  private let timeline = "timeline: [{at: 3s, inject: cable-pull}, {at: 5s, heal: cable-pull}]"

  @Test("it is `p` and 16 hexadecimal digits, and stays what it is")
  func form() throws {
    #expect(try read(scenario()).planHash == "p665efb344e8f01f3")
  }

  @Test("spelling, summary, expectations, trials and the detectors' order do not change it")
  func same() throws {
    let hash = try read(scenario("detectors: [none, keepalive: {}]")).planHash
    for text in [
      scenario("detectors: [none: {}, keepalive: {idle: 2h, interval: 75s, probes: 9}]"),
      scenario("detectors: [keepalive: {}, none]"),
      scenario("detectors: [none, keepalive: {}]", "observe: 9000ms"),
      scenario("detectors: [none, keepalive: {}]", "summary: Another."),
      scenario("detectors: [none, keepalive: {}]", "expect: [{false_alarms: 3}]"),
      scenario("detectors: [none, keepalive: {}]", "trials: 77"),
      scenario("detectors: [none, keepalive: {}]", "measure: cable-pull"),
      scenario("detectors: [none, keepalive: {}]", "timeline: [{at: 3s, inject: cable-pull, cable: server}]"),
    ] {
      #expect(try read(text).planHash == hash, "\(text)")
    }
  }

  @Test("new settings at their standard do not change it")
  func standard() throws {
    let hash = try read(scenario()).planHash
    for text in [
      scenario("clients: 1"), scenario("acceptQueue: 128"), scenario("failover: {to: backup, attemptTimeout: 2s}"),
      scenario("detectors: [none: {mode: act, observer: client}]"),
      scenario("workload: {requests: {every: 200ms, timeout: 1s, size: 24B}}"),
    ] {
      #expect(try read(text).planHash == hash, "\(text)")
    }
  }

  @Test("scenarios of the first version keep the hashes under which results were published")
  func published() throws {
    let restart = """
      version: 1
      name: router-restart
      topology:
        path: routed
      detectors:
        - none
        - keepalive: {idle: 2s, interval: 1s, probes: 2}
        - heartbeat: {interval: 1s, timeout: 6s}
      timeline:
        - {at: 3s, inject: router-restart, downtime: 300ms, every: 1500ms, times: 6}
      observe: 13s
      """
    #expect(try read(restart).planHash == "pd26e5bbe03e708f4")
    let busy = """
      version: 1
      name: busy-connection-cable-pull
      workload:
        requests: {every: 500ms, timeout: 1s}
      detectors:
        - keepalive: {idle: 1s, interval: 1s, probes: 2}
        - keepalive: {name: keepalive with userTimeout, idle: 1s, interval: 1s, probes: 2, userTimeout: 3s}
        - heartbeat: {interval: 1s, timeout: 3s}
        - request-timeout
      timeline:
        - {at: 3s, inject: cable-pull, cable: server}
      observe: 10s
      """
    #expect(try read(busy).planHash == "p6b5fc1d7bd821438")
    #expect(try read(busy.replacing("cable-pull", with: "blackhole")).planHash == "pc8193bdb31f05751")
  }

  @Test("whatever changes a measurement changes it")
  func different() throws {
    var texts = [scenario()]
    for line in [
      "name: other", "topology: {backup: true, cables: {server: {delay: 1ms}}}",
      "topology: {backup: true, cables: {server: {rate: 1mbit}}}",
      "topology: {backup: true, cables: {server: {loss: 1%}}}",
      "topology: {backup: true, cables: {backup: {loss: 1%}}}", "topology: {path: direct, backup: true}",
      "topology: {}",
      "workload: idle", "workload: {requests: {every: 201ms, timeout: 1s}}",
      "workload: {requests: {every: 200ms, timeout: 2s}}", "detectors: [none: {name: control}]",
      "detectors: [keepalive: {}]",
      "detectors: [keepalive: {userTimeout: 1s}]", "detectors: [request-timeout]",
      "detectors: [heartbeat: {interval: 1s, timeout: 2s}]", "timeline: [{at: 4s, inject: cable-pull}]",
      "timeline: [{at: 3s, inject: cable-pull, cable: client}]", "timeline: [{at: 3s, inject: blackhole}]",
      "timeline: [{at: 3s, inject: blackhole, direction: to-client}]", timeline,
      "timeline: [{at: 3s, inject: cpu-saturation}]", "timeline: [{at: 3s, inject: router-restart, downtime: 1s}]",
      "timeline: [{at: 3s, inject: router-restart, downtime: 1s, every: 2s, times: 2}]", "observe: 10s",
      "clients: 2", "acceptQueue: 1", "failover: {to: server}", "failover: {policy: backoff}",
      "failover: {policy: backoff, initial: 1s}", "failover: {policy: backoff, longest: 1s}",
      "failover: {policy: backoff, jitter: 0%}", "failover: {attemptTimeout: 1s}",
      "topology: {path: nat, backup: true}", "topology: {family: ipv6, backup: true}",
      "workload: {requests: {every: 200ms, timeout: 1s, size: 25B}}", "workload: {push: {every: 200ms}}",
      "workload: {trickle: {every: 200ms}}", "workload: {trickle: {every: 200ms, size: 1KiB}}",
      "detectors: [none: {observer: both}]", "detectors: [link-monitor]", "detectors: [link-monitor: {mode: watch}]",
      "timeline: [{at: 3s, inject: cable-pull, for: 1s}]",
      "timeline: [{at: 3s, inject: cable-pull, for: 1s, every: 2s, times: 2}]",
      "timeline: [{at: 3s, inject: cable-pull, for: 1500ms, every: 2s, times: 2}]",
    ] { texts.append(scenario(line)) }
    for impairment in [
      "delay: 1s", "delay: 1s, jitter: 1ms", "delay: 1s, jitter: 1ms, distribution: normal",
      "delay: 1s, jitter: 1ms, delayCorrelation: 5%", "loss: 1%", "loss: 1%, lossCorrelation: 5%",
      "gilbertElliott: {toBad: 1%, toGood: 2%}", "gilbertElliott: {toBad: 1%, toGood: 2%, lossInGood: 1%}",
      "gilbertElliott: {toBad: 1%, toGood: 2%, lossInBad: 1%}", "duplicate: 1%", "delay: 1s, reorder: 1%",
      "corrupt: 1%",
      "rate: 1mbit",
    ] {
      texts.append(scenario("topology: {backup: true, cables: {client: {\(impairment)}}}"))
      texts.append(scenario("timeline: [{at: 3s, inject: impair, \(impairment)}]"))
    }
    let hashes = try texts.map { try read($0).planHash }
    #expect(Set(hashes).count == hashes.count)
    #expect(hashes.allSatisfy { $0.count == 17 && $0.first == "p" && $0.dropFirst().allSatisfy(\.isHexDigit) })
  }
}
