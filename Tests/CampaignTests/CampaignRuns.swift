import Lab
import Campaign
import LinuxSystem
import Logging
import Model
import Synchronization
import TestSupport
import Testing

/// Runs scenarios for real and collects their rows.
enum Runs {
  /// Rows, and how late the machine allows them to be.
  struct Measured: Sendable {
    let rows: [ResultRow]
    let allowance: Duration
  }

  static func measured(_ scenarios: [Scenario]) async throws -> Measured {
    let lateness = try Lateness.measure()
    let rows = try await rows(of: scenarios)
    return Measured(rows: rows, allowance: lateness.allowance)
  }

  static func rows(
    of scenarios: [Scenario], jobs: Int = 100, reusesEndpoints: Bool = false,
    endpointExecutable: String = EndpointExecutable.path, makeFault: @escaping FaultFactory = Fault.make
  ) async throws -> [ResultRow] {
    var measurements: [PlannedMeasurement] = []
    for scenario in scenarios {
      for trial in 1...scenario.trials {
        for detector in scenario.detectors {
          let period = scenario.healthyPeriod(of: detector)
          measurements += detector.observers.map { observer in
            PlannedMeasurement(
              scenario: scenario, planHash: "0000000000000000", trial: trial, trialsPlanned: scenario.trials,
              detector: detector, observer: observer,
              phase: .nanoseconds(period.inNanoseconds * Int64(2 * trial - 1) / Int64(2 * scenario.trials)))
          }
        }
      }
    }
    var logger = Logger(label: "test")
    logger.logLevel = .warning
    let campaign = Campaign(
      Plan(seed: 1, measurements: measurements), kernel: try .ofThisMachine(),
      options: Campaign.Options(
        jobs: jobs, endpointExecutable: endpointExecutable, version: "test", runIdentifier: "test",
        reusesEndpoints: reusesEndpoints),
      logger: logger, makeFault: makeFault)
    // One campaign at a time: side by side they would make each other's timers late.
    await turnstile.enter()
    do {
      let rows = Rows()
      try await campaign.run { await rows.add($0) }
      await turnstile.leave()
      return await rows.all
    } catch {
      await turnstile.leave()
      throw error
    }
  }

  private static let turnstile = Turnstile()

  private actor Turnstile {
    private var isTaken = false
    private var waiting: [CheckedContinuation<Void, Never>] = []

    func enter() async {
      if isTaken {
        await withCheckedContinuation { waiting.append($0) }
      } else {
        isTaken = true
      }
    }

    func leave() {
      if waiting.isEmpty { isTaken = false } else { waiting.removeFirst().resume() }
    }
  }

  private actor Rows {
    var all: [ResultRow] = []
    func add(_ row: ResultRow) { all.append(row) }
  }
}
