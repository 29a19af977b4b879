import Campaign
import LinuxSystem
import Model
import TestSupport
import Testing

/// Timelines of several faults: whose heal counts, whose answers are whose, and what an earlier fault does.
@Suite("Several faults", .needsNamespaces)
struct SeveralFaultsTests {
  private static let rows = Task {
    try await Runs.rows(of: [
      scenario(
        "another's heal", [Scenarios.keepalive(1, 1, 2)],
        [
          entry(1, .cablePull(cable: .server)), entry(1.5, .cpuSaturation(mode: .busyLoop)),
          heal(3.2, .cpuSaturation),
        ], measured: .cablePull, observe: .seconds(6)),
      scenario(
        "twice saturated", [Scenarios.none],
        [
          entry(1, .cpuSaturation(mode: .busyLoop)), heal(3, .cpuSaturation),
          entry(4, .cpuSaturation(mode: .busyLoop)), heal(6, .cpuSaturation),
        ], measured: .cpuSaturation, observe: .seconds(8)),
      scenario(
        "an earlier fault", [Scenarios.heartbeat(.milliseconds(200), timeout: .milliseconds(600))],
        [
          entry(1, .blackhole(cable: .server, direction: .both)), heal(3, .blackhole),
          entry(4, .cablePull(cable: .server)),
        ], measured: .cablePull, observe: .seconds(6)),
      scenario(
        "false alarm", [Scenarios.requestTimeout(.microseconds(1))], [entry(1, .cablePull(cable: .server))],
        measured: .cablePull, observe: .seconds(2),
        workload: .requests(every: .milliseconds(200), timeout: .seconds(1))),
    ])
  }

  private static func entry(_ seconds: Double, _ fault: Fault) -> TimelineEntry {
    TimelineEntry(at: Duration(seconds: seconds), action: .inject(fault, repetition: nil))
  }

  private static func heal(_ seconds: Double, _ kind: FaultKind) -> TimelineEntry {
    TimelineEntry(at: Duration(seconds: seconds), action: .heal(kind))
  }

  private static func scenario(
    _ name: String, _ detectors: [Detector], _ entries: [TimelineEntry], measured: FaultKind, observe: Duration,
    workload: Workload = .idle
  ) -> Scenario {
    Scenario(
      name: name, workload: workload, detectors: detectors, timeline: Timeline(entries: entries), measured: measured,
      observe: observe, trials: 2)
  }

  private func rows(_ scenario: String) async throws -> [ResultRow] {
    let rows = try await Self.rows.value.filter { $0.scenario == scenario }
    try #require(rows.count == 2)
    return rows
  }

  @Test("the heal of another fault is not the heal of the one that lasts: no round trip disturbs the detector")
  func anothersHeal() async throws {
    for row in try await rows("another's heal") {
      #expect(row.outcome == .detected && row.signal == .errno("ETIMEDOUT"), "\(row.reason ?? "")")
      #expect(row.healAt == nil)
    }
  }

  @Test("a second saturation has its own heal and its own proof")
  func twiceSaturated() async throws {
    for row in try await rows("twice saturated") {
      #expect(row.outcome == .survived && row.faultVerdict == .confirmed, "\(row.reason ?? "")")
      #expect(try #require(row.healAt) >= .seconds(6))
      #expect(try #require(row.recovery) < .seconds(1))
    }
  }

  @Test("a detection during an earlier fault than the measured one is no false alarm, but no measurement either")
  func earlierFault() async throws {
    for row in try await rows("an earlier fault") {
      #expect(row.outcome == .error && row.mistakes == 0)
      #expect(row.reason?.contains("an earlier fault") == true)
    }
  }

  @Test("a detector that declares its peer dead before anything happened is a false alarm")
  func criesWolf() async throws {
    for row in try await rows("false alarm") {
      #expect(row.outcome == .falseAlarm && row.reason == "before-fault" && row.mistakes == 1, "\(row.reason ?? "")")
      #expect(row.faultVerdict == nil && row.detection == nil)
    }
  }
}
