import Campaign
import Lab
import LinuxSystem
import Model
import Results
import TestSupport
import Testing

/// A fault that undoes itself at once and claims to be in force; its proof is the real one.
private struct Sabotaged: RunningFault {
  let real: any RunningFault
  var backend: String { real.backend }
  func prepare() async throws { try await real.prepare() }
  func inject() async throws -> Moment {
    let moment = try await real.inject()
    _ = try await real.heal()
    return moment
  }
  func prove(patience: Duration) async throws -> Proof { try await real.prove(patience: patience) }
  func heal() async throws -> Moment { Moment.measure {} }
}

/// A fault that cannot be injected.
private struct Broken: RunningFault {
  var backend: String { "broken" }
  func inject() async throws -> Moment { throw LabError("inject", "the kernel refuses") }
  func prove(patience: Duration) async throws -> Proof { Proof(.inconclusive, "") }
  func heal() async throws -> Moment { Moment.measure {} }
}

@Suite("A fault with a bug", .needsNamespaces)
struct SabotageTests {
  private let scenarios = [
    Fault.cablePull(cable: .server), .blackhole(cable: .server, direction: .both),
    .routerRestart(downtime: .milliseconds(500)), .cpuSaturation(mode: .busyLoop), .cpuSaturation(mode: .stall),
    .cpuSaturation(mode: .worker), .processKill(host: .server), .processStop(host: .server), .slowReader,
    .listenOverflow(host: .server), .interfaceDown(host: .client),
    .impair(cable: .server, direction: .both, Impairment(rate: 1_000_000)), .firewallDrop(direction: .both),
    .firewallReject(with: .adminProhibited), .natTimeout(after: .seconds(60)), .addressChange,
    .hostReboot(host: .server, downtime: .milliseconds(500)),
  ].map { fault in
    Scenarios.make(
      "\(fault.kind.rawValue) \(fault.target)", fault, [Scenarios.none],
      topology: Topology(path: fault.kind == .natTimeout ? .nat : .routed), observe: .seconds(2), trials: 1)
  }

  @Test("a fault that does nothing makes its rows a mismatch, which count for nothing, and the run inconclusive")
  func sabotage() async throws {
    let rows = try await Runs.rows(of: scenarios) { fault, lab, service in
      Sabotaged(real: try Fault.make(fault, lab, service))
    }
    #expect(rows.count == scenarios.count)
    for row in rows {
      #expect(row.faultVerdict == .mismatch, "\(row.scenario)")
      #expect(row.reason != nil, "\(row.scenario)")
    }
    let expectations = scenarios.flatMap { ExpectationCheck.results(of: $0, rows: rows) }
    #expect(RunVerdict(expectations, rows: rows).exitStatus == .inconclusive)
  }

  @Test("a fault that cannot be injected makes an error row with the reason")
  func broken() async throws {
    let rows = try await Runs.rows(of: Array(scenarios.prefix(1))) { _, _, _ in Broken() }
    #expect(rows.count == 1)
    #expect(rows.first?.outcome == .error)
    #expect(rows.first?.reason == "inject cable-pull: inject: the kernel refuses")
  }
}
