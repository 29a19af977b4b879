import Campaign
import LinuxSystem
import Model
import TestSupport
import Testing

/// The reference values with models under 20 s, on real connections; and what every fault must do to every mechanism.
/// One run for all, since each waits for seconds.
@Suite("Reference values", .needsNamespaces)
struct ReferenceTests {
  private static let measured = Task {
    try await Runs.measured([
      Scenarios.make(
        "silent drop", .blackhole(cable: .server, direction: .both),
        [
          Scenarios.keepalive(5, 2, 3, name: "5/2/3"),
          Scenarios.keepalive(5, 2, 3, userTimeout: .seconds(3), name: "5/2/3 UT 3"),
          Scenarios.keepalive(1, 1, 2, name: "1/1/2"),
          Scenarios.heartbeat(.seconds(1), timeout: .seconds(3)), Scenarios.none,
        ], observe: .seconds(14), trials: 8),
      Scenarios.make(
        "pending data", .blackhole(cable: .server, direction: .both),
        [Scenarios.keepalive(1, 1, 2, userTimeout: .seconds(10), name: "UT 10"), Scenarios.keepalive(1, 1, 2)],
        workload: .requests(every: .seconds(1), timeout: .seconds(1)), observe: .seconds(14)),
      Scenarios.make(
        "client cable", .cablePull(cable: .client), [Scenarios.keepalive(1, 1, 3)], observe: .seconds(6)),
      Scenarios.make(
        "server cable", .cablePull(cable: .server), [Scenarios.keepalive(1, 1, 3)], observe: .seconds(6)),
      Scenarios.make(
        "router gone", .routerRestart(downtime: .seconds(6)), [Scenarios.keepalive(1, 1, 3)], observe: .seconds(8)),
      Scenarios.make(
        "saturated", .cpuSaturation(mode: .busyLoop),
        [Scenarios.keepalive(1, 1, 2), Scenarios.heartbeat(.milliseconds(500), timeout: .milliseconds(1500))],
        topology: Topology(backup: true), observe: .seconds(6)),
      Scenarios.make(
        "saturated busy", .cpuSaturation(mode: .busyLoop),
        [Scenarios.keepalive(1, 1, 2), Scenarios.requestTimeout(.seconds(1))], topology: Topology(backup: true),
        workload: .requests(every: .milliseconds(200), timeout: .seconds(1)), observe: .seconds(5), trials: 2),
      Scenarios.make(
        "short outage", .cablePull(cable: .server),
        [Scenarios.none, Scenarios.keepalive(2, 2, 2), Scenarios.heartbeat(.seconds(2), timeout: .seconds(6))],
        heal: .seconds(2), observe: .seconds(10)),
      Scenarios.make(
        "direct", .cablePull(cable: .server), [Scenarios.heartbeat(.milliseconds(500), timeout: .milliseconds(1500))],
        topology: Topology(path: .direct), observe: .seconds(4)),
      Scenarios.make(
        "backup cable", .cablePull(cable: .backup),
        [Scenarios.heartbeat(.milliseconds(500), timeout: .milliseconds(1500))], topology: Topology(backup: true),
        observe: .seconds(4)),
    ])
  }

  private func rows(_ scenario: String, _ detector: String) async throws -> [ResultRow] {
    let rows = try await Self.measured.value.rows.filter { $0.scenario == scenario && $0.detector == detector }
    try #require(!rows.isEmpty)
    return rows
  }

  @Test("every measurement was made, its fault confirmed, and none lies outside its prediction")
  func allWell() async throws {
    let measured = try await Self.measured.value
    #expect(measured.rows.count == 92)
    for row in measured.rows {
      let name = "\(row.scenario), \(row.detector), trial \(row.trial): \(row.reason ?? "")"
      #expect(row.outcome != .error, "\(name)")
      #expect(row.faultVerdict == .confirmed, "\(name)")
      // Late by no more than the machine, and never early.
      let lateness = (row.detection ?? .zero) - (row.predictedMax ?? .zero)
      #expect(
        row.withinPrediction != false || (lateness > .zero && lateness < measured.allowance),
        "\(name): \(row.detection?.inSeconds ?? -1) not in \(row.predictedMin?.inSeconds ?? -1) - \(row.predictedMax?.inSeconds ?? -1)"
      )
    }
  }

  @Test("keepalive is detected idle + interval x probes after the last segment, whatever broke the path")
  func keepalive() async throws {
    for (scenario, detector, model) in [
      ("silent drop", "5/2/3", 11.0), ("silent drop", "5/2/3 UT 3", 7), ("silent drop", "1/1/2", 3),
      ("client cable", "keepalive", 4), ("server cable", "keepalive", 4), ("router gone", "keepalive", 4),
    ] {
      for row in try await rows(scenario, detector) {
        #expect(row.outcome == .detected && row.signal == .errno("ETIMEDOUT"), "\(scenario) \(detector)")
        let sinceHeard = try #require(row.detection).inSeconds + #require(row.lastHeard).inSeconds
        #expect((model - 0.05...model + 0.6).contains(sinceHeard), "\(scenario) \(detector): \(sinceHeard)")
        #expect(row.predictedMin != nil && row.predictedMax != nil, "\(scenario) \(detector)")
      }
    }
  }

  @Test("with data in flight keepalive is off, and a user timeout counts from the first retransmission")
  func pendingData() async throws {
    #expect(try await rows("pending data", "keepalive").allSatisfy { $0.outcome == .missed })
    for row in try await rows("pending data", "UT 10") {
      #expect(row.outcome == .detected)
      // 10.42 to 10.67 s after the write, which follows the fault within a second.
      #expect((10.35...12.2).contains(try #require(row.detection).inSeconds))
      #expect(row.withinPrediction == true)
    }
  }

  @Test("a heartbeat's detection time fills [timeout - interval, timeout] evenly")
  func heartbeat() async throws {
    let times = try await rows("silent drop", "heartbeat").compactMap { $0.detection?.inSeconds }.sorted()
    #expect(times.count == 8)
    // Eight phases an eighth of a second apart; on a busy machine t0 or the loop may be late.
    for (number, time) in times.enumerated() {
      let expected = 2 + (Double(number) + 0.5) / 8
      #expect((expected - 0.25...expected + 0.15).contains(time), "\(number): \(time)")
    }
  }

  @Test("a saturated server's kernel answers keepalive; its heartbeats and requests stay unanswered")
  func saturation() async throws {
    #expect(
      try await rows("saturated", "keepalive").allSatisfy { $0.outcome == .missed && $0.withinPrediction == true })
    #expect(try await rows("saturated busy", "keepalive").allSatisfy { $0.outcome == .missed })
    for row in try await rows("saturated", "heartbeat") + rows("saturated busy", "request-timeout") {
      #expect(row.outcome == .detected)
      #expect(try #require(row.failover) > #require(row.detection))
    }
    for row in try await rows("saturated busy", "keepalive") {
      #expect(row.requestsLost == row.requestsSent && (row.requestsSent ?? 0) > 10)
    }
    for row in try await rows("saturated busy", "request-timeout") {
      #expect(try #require(row.requestsLost) <= 8)
    }
  }

  @Test("an outage shorter than every detector is survived, and the recovery time is known")
  func survival() async throws {
    for detector in ["none", "keepalive", "heartbeat"] {
      for row in try await rows("short outage", detector) {
        #expect(row.outcome == .survived, "\(detector)")
        #expect(try #require(row.recovery) < .seconds(3))
        #expect(row.healAt != nil && row.detection == nil)
      }
    }
  }

  @Test("a fault that does not touch the connection raises no alarm")
  func noEffect() async throws {
    for row in try await rows("backup cable", "heartbeat") {
      #expect(row.outcome == .unaffected && row.mistakes == 0 && row.withinPrediction == true)
    }
  }

  @Test("traffic is counted while healthy: two segments a keepalive probe, three a heartbeat")
  func traffic() async throws {
    for row in try await rows("silent drop", "heartbeat") {
      let healthy = try #require(row.healthy).inSeconds
      let segments = try #require(row.healthySegmentsOut) + #require(row.healthySegmentsIn)
      #expect(abs(Double(segments) - 3 * healthy) <= 3, "\(segments) in \(healthy) s")
    }
    // What speaks not costs nothing: the harness's own round trip is not counted.
    for row in try await rows("silent drop", "none") {
      #expect(row.healthySegmentsOut == 0 && row.healthySegmentsIn == 0 && row.healthyWireBytesOut == 0)
    }
  }

  @Test("settings in a row are what the kernel took")
  func settings() async throws {
    #expect(
      try await rows("silent drop", "5/2/3 UT 3").allSatisfy {
        $0.settings == "idle=5s interval=2s probes=3 userTimeout=3s"
      })
  }
}
