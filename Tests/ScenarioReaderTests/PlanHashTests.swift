import Model
import ScenarioReader
import Testing

@Suite("The hash of a scenario")
struct PlanHashTests {
  private let timeline = "timeline: [{at: 3s, inject: cable-pull}, {at: 5s, heal: cable-pull}]"

  @Test("it is 16 hexadecimal digits, and stays what it is")
  func form() throws {
    #expect(try read(scenario()).planHash == "665efb344e8f01f3")
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
    ] { texts.append(scenario(line)) }
    let hashes = try texts.map { try read($0).planHash }
    #expect(Set(hashes).count == hashes.count)
    #expect(hashes.allSatisfy { $0.count == 16 && $0.allSatisfy { "0123456789abcdef".contains($0) } })
  }
}
