import Campaign
import LinuxSystem
import Model
import TestSupport
import Testing

/// Whole measurements of the faults of processes: what a client sees of them.
@Suite(
  "Measuring faults of processes",
  .needsNamespaces)
struct ProcessFaultRunTests {
  private static func heartbeat(_ name: String, _ pinging: Pinging) -> Detector {
    Detector(
      name: name,
      settings: .heartbeat(
        HeartbeatSettings(interval: .milliseconds(200), timeout: .milliseconds(1500), pinging: pinging)))
  }

  private static let shallow = heartbeat("shallow", Pinging(responder: .ioThread))
  private static let deep = heartbeat("deep", Pinging(responder: .ioThread, depth: .worker))
  private static let plain = heartbeat("plain", Pinging())

  private static let rows = Task {
    try await Runs.rows(of: [
      Scenarios.make(
        "killed", .processKill(host: .server), [Scenarios.none, plain], heal: .seconds(3), observe: .seconds(5),
        trials: 2),
      Scenarios.make("stopped", .processStop(host: .server), [plain, shallow], observe: .seconds(5), trials: 2),
      Scenarios.make(
        "stopped shortly", .processStop(host: .server), [plain], heal: .milliseconds(2000), observe: .seconds(6),
        trials: 2),
      Scenarios.make("stall", .cpuSaturation(mode: .stall), [plain, shallow], observe: .seconds(5), trials: 2),
      Scenarios.make("worker", .cpuSaturation(mode: .worker), [plain, shallow, deep], observe: .seconds(5), trials: 2),
      Scenarios.make("overflow", .listenOverflow(host: .server), [plain], observe: .seconds(4), trials: 2),
      Scenarios.make(
        "not reading", .slowReader, [plain, shallow], heal: .milliseconds(2000), observe: .seconds(6), trials: 2),
    ])
  }

  private func rows(_ scenario: String, _ detector: String) async throws -> [ResultRow] {
    let rows = try await Self.rows.value.filter { $0.scenario == scenario && $0.detector == detector }
    try #require(rows.count == 2)
    for row in rows { #expect(row.faultVerdict == .confirmed, "\(scenario): \(row.reason ?? "")") }
    return rows
  }

  @Test("whoever is connected to a killed server sees the end of its connection at once", arguments: ["none", "plain"])
  func killed(detector: String) async throws {
    for row in try await rows("killed", detector) {
      #expect(row.outcome == .detected && row.signal == .endOfFile, "\(row.reason ?? "")")
      #expect(try #require(row.detection) < .seconds(1))
    }
  }

  @Test("a stopped server answers no heartbeat, whatever its threads", arguments: ["plain", "shallow"])
  func stopped(detector: String) async throws {
    for row in try await rows("stopped", detector) {
      #expect(row.outcome == .detected && row.signal == .missedHeartbeats, "\(row.reason ?? "")")
    }
  }

  @Test("a server that is stopped for less than the timeout is survived, or one that stalls for ever is noticed")
  func stalled() async throws {
    for row in try await rows("stopped shortly", "plain") {
      #expect(row.outcome == .survived, "\(row.reason ?? "")")
    }
    for detector in ["plain", "shallow"] {
      for row in try await rows("stall", detector) {
        #expect(row.outcome == .detected && row.signal == .missedHeartbeats, "\(row.reason ?? "")")
      }
    }
  }

  @Test("a stuck worker is noticed by heartbeats that pass through it, and by nobody whom the I/O thread answers")
  func worker() async throws {
    for row in try await rows("worker", "deep") + rows("worker", "plain") {
      #expect(row.outcome == .detected && row.signal == .missedHeartbeats, "\(row.reason ?? "")")
    }
    for row in try await rows("worker", "shallow") { #expect(row.outcome == .missed, "\(row.reason ?? "")") }
  }

  @Test("a full accept queue disturbs no established connection")
  func overflow() async throws {
    for row in try await rows("overflow", "plain") { #expect(row.detection == nil && row.mistakes == 0) }
  }

  @Test("a server that does not read for a while is survived")
  func notReading() async throws {
    for row in try await rows("not reading", "plain") + rows("not reading", "shallow") {
      #expect(row.outcome == .survived, "\(row.reason ?? "")")
    }
  }
}
