import Campaign
import LinuxSystem
import Logging
import Model
import Synchronization

/// Measurements side by side, beside the same ones one at a time.
enum ConcurrencyBenchmark {
  static func run() async throws {
    let trials = 100
    let (together, wall) = try await measure(trials: trials, jobs: trials)
    let (alone, _) = try await measure(trials: 15, jobs: 1)
    let window = 0.5 + 0.2 + 1.5
    Benchmarks.report(
      "\(trials) measurements at once, wall time", "\((wall * 100).rounded() / 100) s, longest window \(window) s",
      target: "<= 1.3x the longest plus set-up")
    Benchmarks.report(
      "  median of detection + last heard, beside one at a time",
      Benchmarks.milliseconds(abs(Benchmarks.median(together) - Benchmarks.median(alone))), target: "within 2 ms")
    Benchmarks.report(
      "  p99 beside one at a time",
      Benchmarks.milliseconds(abs(Benchmarks.percentile(99, of: together) - Benchmarks.percentile(99, of: alone))),
      target: "within 20 ms")
    // The model is exact: a heartbeat is declared dead its timeout after its last answer.
    let errors = alone.map { abs($0 - 0.6) }
    Benchmarks.report(
      "heartbeat: detection + last heard beside its timeout",
      "median \(Benchmarks.milliseconds(Benchmarks.median(errors))), "
        + "p99 \(Benchmarks.milliseconds(Benchmarks.percentile(99, of: errors)))", target: "< 0.1 ms, < 1 ms")
  }

  private static func measure(trials: Int, jobs: Int) async throws -> (sums: [Double], wall: Double) {
    let detector = Detector(
      name: "heartbeat",
      settings: .heartbeat(HeartbeatSettings(interval: .milliseconds(200), timeout: .milliseconds(600))))
    let scenario = Scenario(
      name: "benchmark", detectors: [detector],
      timeline: Timeline(entries: [
        TimelineEntry(at: .milliseconds(500), action: .inject(.cablePull(cable: .server), repetition: nil))
      ]), measured: .cablePull, observe: .seconds(2), trials: trials)
    let plan = Plan(
      seed: 1,
      measurements: (1...trials).map { trial in
        PlannedMeasurement(
          scenario: scenario, planHash: "0", trial: trial, trialsPlanned: trials, detector: detector,
          phase: .milliseconds(200) * (trial - 1) / trials)
      })
    let sums = Mutex<[Double]>([])
    var logger = Logger(label: "benchmark")
    logger.logLevel = .error
    let campaign = Campaign(
      plan, kernel: try .ofThisMachine(),
      options: Campaign.Options(
        jobs: jobs, endpointExecutable: EndpointExecutable.path, version: "benchmark", runIdentifier: "benchmark"),
      logger: logger)
    let wall = try await Benchmarks.timed {
      try await campaign.run { row in
        guard let detection = row.detection, let lastHeard = row.lastHeard else { return }
        sums.withLock { $0.append((detection + lastHeard).inSeconds) }
      }
    }
    return (sums.withLock { $0 }, wall)
  }
}
