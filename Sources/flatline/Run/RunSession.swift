import Campaign
import LinuxNetwork
import LinuxSystem
import Logging
import Model
import Results
import ScenarioReader
import UserModeKernel

/// One call of `flatline run`: plan, check the machine, measure, compare.
struct RunSession: Sendable {
  let options: RunCommand
  let scenarios: [Scenario]

  /// By the names of their scenarios.
  let files: [String: ScenarioFile]

  /// What measures: hands over each row as soon as it is known.
  private typealias Measuring =
    @Sendable (
      _ progress: @escaping @Sendable (Campaign.Progress) -> Void,
      _ record: @escaping @Sendable (ResultRow) async throws -> Void
    ) async throws -> Void

  func run() async throws -> ExitStatus {
    guard EndpointExecutable.isThere else {
      throw Failure(.unsupported, "\(EndpointExecutable.path) is missing\n  remedy: make build, or make install")
    }
    switch options.clock {
    case .real: return try await runOnRealClock()
    case .virtual: return try await runOnVirtualClock()
    }
  }

  private func runOnRealClock() async throws -> ExitStatus {
    if case .none(let error) = Privilege.current {
      throw Failure(
        .unsupported,
        "cannot create network namespaces: \(error)\n  remedy: \(Feature.networkNamespaces.remedy)\n"
          + "  or: --clock virtual, which needs no privilege")
    }
    let scenarios = try supported(on: .probe())
    warnOfLength(scenarios)
    return try await run(scenarios, SignalWatcher()) { plan, run in
      let campaign = Campaign(
        plan, kernel: try .ofThisMachine(),
        options: Campaign.Options(
          jobs: jobs, endpointExecutable: EndpointExecutable.path, version: Version.current, runIdentifier: run),
        logger: logger)
      return { try await campaign.run(progress: $0, record: $1) }
    }
  }

  /// Nobody waits for a month by mistake.
  private func warnOfLength(_ scenarios: [Scenario]) {
    for scenario in scenarios where scenario.observe > .seconds(3600) {
      Terminal.complain(
        "\(scenario.name) takes \(scenario.observe.spelled) on the real clock; --clock virtual takes it in seconds")
    }
  }

  private func runOnVirtualClock() async throws -> ExitStatus {
    let work = try WorkDirectory()
    defer { withExtendedLifetime(work) {} }
    // Memory is asked for no more guests than there can be.
    let jobs = min(
      try options.jobs ?? GuestProcess.allowedProcessors().count,
      VirtualCampaign.mostGuests(for: try plan(scenarios)))
    let signals = SignalWatcher()
    let machine: VirtualMachine
    do {
      machine = try await signals.run { try await VirtualMachine(kernel: options.kernel, jobs: jobs, work: work) }
    } catch {
      if let status = signals.exitStatus { return status }
      throw error
    }
    let scenarios = try supported(on: machine.facts.features)
    return try await run(scenarios, signals) { plan, run in
      let campaign = VirtualCampaign(
        plan, files: files, means: machine.means, facts: machine.facts,
        options: VirtualCampaign.Options(
          jobs: jobs, version: Version.current, runIdentifier: run),
        logger: logger)
      return { try await campaign.run(progress: $0, record: $1) }
    }
  }

  private func run(
    _ scenarios: [Scenario], _ signals: SignalWatcher, by make: (Plan, String) throws -> Measuring
  ) async throws -> ExitStatus {
    let plan = try plan(scenarios)
    let planned = scenarios.map(\.name).filter { name in plan.measurements.contains { $0.scenario.name == name } }
    let run = identifier(Clocks.realtimeNanoseconds(), seed: plan.seed)
    let measuring = try make(plan, run)
    let output = try RunOutput(target: options.output, scenarios: planned, run: run)
    return try await measure(
      measuring, plan, into: output, scenarios: scenarios.filter { planned.contains($0.name) }, signals)
  }

  /// As asked for, as far as the machine can.
  private var jobs: Int {
    let capacity = Capacity.ofThisMachine()
    guard let wanted = options.jobs else { return capacity.standard }
    if wanted > capacity.limit {
      Terminal.complain(
        "--jobs \(wanted): this machine takes \(capacity.limit) measurements at a time (open descriptors, "
          + "net.ipv4.neigh.default.gc_thresh3), so that many run")
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

  /// The scenarios that this machine can run; refuses all if it cannot run one, unless told to skip.
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

  private func measure(
    _ measuring: @escaping Measuring, _ plan: Plan, into output: RunOutput, scenarios: [Scenario],
    _ signals: SignalWatcher
  ) async throws -> ExitStatus {
    let display = ProgressDisplay()
    var failure: (any Error)?
    do {
      try await signals.run {
        try await measuring({ display.update($0) }, { try await output.record($0) })
      }
    } catch {
      failure = error
    }
    display.end()
    let rows = await output.rows()
    let files = output.paths.joined(separator: "\n")
    await rescue(output)
    // Guests end in any order; what they measured is the same in any order.
    if options.clock == .virtual {
      do {
        try await output.sort(as: plan)
      } catch {
        Terminal.complain("\(error)")
      }
    }
    if let status = signals.exitStatus {
      Terminal.complain(
        "\(status == .interrupted ? "interrupted" : "terminated"); \(rows.count) rows kept in\n\(files)")
      return status
    }
    if let failure {
      Terminal.complain("\(rows.count) rows kept in\n\(files)")
      throw failure
    }
    let detectors = options.detectors.isEmpty ? nil : Set(options.detectors)
    return RunReport(
      rows: rows, scenarios: scenarios, detectors: detectors, paths: output.paths, format: options.format,
      matrix: options.matrix
    ).print()
  }

  /// Prints the rows that could not be written: no result is lost.
  private func rescue(_ output: RunOutput) async {
    let unwritten = await output.unwritten()
    guard !unwritten.isEmpty else { return }
    let text = unwritten.reduce(into: CSVEncoder.header) { CSVEncoder.append($1, to: &$0) }
    print(String(decoding: text, as: UTF8.self), terminator: "")
    Terminal.complain("\(unwritten.count) rows could not be written; they are on standard output, as CSV")
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
