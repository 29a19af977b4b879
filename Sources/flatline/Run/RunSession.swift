import Campaign
import LinuxNetwork
import LinuxSystem
import Logging
import Model
import ScenarioReader
import UserModeKernel

/// One call of `flatline run`: plan, check the machine, measure, compare.
struct RunSession: Sendable {
  let options: RunCommand
  let scenarios: [Scenario]

  /// By the names of their scenarios.
  let files: [String: ScenarioFile]

  func run() async throws -> ExitStatus {
    guard EndpointExecutable.isThere else {
      throw Failure(.unsupported, "\(EndpointExecutable.path) is missing\n  remedy: make build, or make install")
    }
    Leftovers.remove()
    if let shortage = Capacity.ofThisMachine().shortage { throw Failure(.unsupported, shortage) }
    let signals = SignalWatcher()
    let measured: MeasuredRun
    do {
      switch options.clock {
      case .real: measured = try await runOnRealClock(signals)
      case .virtual: measured = try await runOnVirtualClock(signals)
      }
    } catch {
      // Work that a signal has interrupted has failed because of the signal.
      if let status = signals.exitStatus { return status }
      throw error
    }
    return try measured.conclude(
      signals, printing: options.report, matrix: options.matrix,
      detectors: options.detectors.isEmpty ? nil : Set(options.detectors))
  }

  private func runOnRealClock(_ signals: SignalWatcher) async throws -> MeasuredRun {
    if case .none(let error) = Privilege.current {
      throw Failure(
        .unsupported,
        "cannot create network namespaces: \(error)\n  remedy: \(Feature.networkNamespaces.remedy)\n"
          + "  or: --clock virtual, which needs no privilege")
    }
    let machine = FeatureReport.probe()
    if let shortage = machine.shortage { throw Failure(.unsupported, Failure.shortage(shortage)) }
    let scenarios = try supported(on: machine)
    let jobs = jobs
    return try await measure(scenarios, jobs: jobs, signals) { plan, run in
      let campaign = Campaign(
        plan, kernel: try .ofThisMachine(),
        options: Campaign.Options(
          jobs: jobs, endpointExecutable: EndpointExecutable.path, version: Version.current, runIdentifier: run),
        logger: logger)
      return { try await campaign.run(progress: $0, record: $1) }
    }
  }

  private func runOnVirtualClock(_ signals: SignalWatcher) async throws -> MeasuredRun {
    let work = try WorkDirectory()
    defer { withExtendedLifetime(work) {} }
    // Memory is checked only for as many guests as can run.
    let jobs = min(
      try options.jobs ?? GuestProcess.allowedProcessors().count,
      VirtualCampaign.mostGuests(for: try plan(scenarios)))
    let machine = try await signals.run {
      try await VirtualMachine(kernel: options.kernel, jobs: jobs, work: work)
    }
    let scenarios = try supported(on: machine.facts.features)
    return try await measure(scenarios, jobs: jobs, signals) { plan, run in
      let campaign = VirtualCampaign(
        plan, files: files, means: machine.means, facts: machine.facts,
        options: VirtualCampaign.Options(
          jobs: jobs, version: Version.current, runIdentifier: run),
        logger: logger)
      return { try await campaign.run(progress: $0, record: $1) }
    }
  }

  private func measure(
    _ scenarios: [Scenario], jobs: Int, _ signals: SignalWatcher,
    by make: (Plan, String) throws -> RunExecution.Measuring
  ) async throws -> MeasuredRun {
    let plan = try plan(scenarios)
    let identifier = identifier(Clocks.realtimeNanoseconds(), seed: plan.seed)
    let measuring = try make(plan, identifier)
    let execution = RunExecution(
      plan: plan,
      scenarios: scenarios.filter { scenario in
        plan.measurements.contains { $0.scenario.name == scenario.name }
      }, clock: options.clock, jobs: jobs, identifier: identifier)
    let output = try RunOutput(
      target: options.output, scenarios: execution.scenarios.map(\.name), run: identifier,
      existing: options.force ? .replace : .refuse)
    return await execution.run(measuring, into: output, signals)
  }

  /// The requested number, as far as the machine allows it.
  private var jobs: Int {
    let capacity = Capacity.ofThisMachine()
    guard let wanted = options.jobs else { return capacity.standard }
    if wanted > capacity.limit {
      Terminal.complain(
        "--jobs \(wanted): this machine takes \(capacity.limit) measurements at a time (open descriptors, "
          + "processes and threads, net.ipv4.neigh.default.gc_thresh3), so that many run")
    }
    return min(wanted, capacity.limit)
  }

  private func plan(_ scenarios: [Scenario]) throws -> Plan {
    let seed = options.seed ?? Int64.random(in: Planner.seeds)
    do {
      return try Planner.plan(
        scenarios, seed: seed, trials: options.trials, detectors: options.detectors.isEmpty ? nil : options.detectors)
    } catch {
      throw Failure(.usage, "\(error)")
    }
  }

  /// The scenarios that this machine can run; refuses all of them if it cannot run one, unless --skip-unsupported is
  /// given.
  private func supported(on machine: FeatureReport) throws -> [Scenario] {
    let obstacles = scenarios.map { ($0, $0.obstacles(on: machine, clock: options.clock)) }
    let refused = obstacles.filter { !$0.1.isEmpty }
    guard !refused.isEmpty else { return scenarios }
    let list = refused.map { "\($0.name): \($1.joined(separator: "\n"))" }.joined(separator: "\n")
    let rest = obstacles.filter { $0.1.isEmpty }.map(\.0)
    guard options.skipUnsupported, !rest.isEmpty else {
      let hint = options.skipUnsupported || rest.isEmpty ? "" : "\n--skip-unsupported runs the others"
      throw Failure(.unsupported, "this machine cannot run\n\(list)\(hint)")
    }
    Terminal.complain("skipped, as this machine cannot run them:\n\(list)")
    return rest
  }

  /// Unique, and in the order of time: `20260131T120000Z-c0ffee`.
  private func identifier(_ startedAt: Int64, seed: Int64) -> String {
    var random = KeyedRandom(seed: seed, "run", "\(startedAt)", "\(CurrentProcess.identifier)")
    let suffix = String(random.next() & 0xff_ffff, radix: 16)
    return "\(UTC.compact(nanoseconds: startedAt))-\(String(repeating: "0", count: 6 - suffix.count))\(suffix)"
  }

  private var logger: Logger {
    var logger = Logger(label: "flatline", factory: StreamLogHandler.standardError(label:))
    logger.logLevel = options.verbose ? .debug : .warning
    return logger
  }
}
