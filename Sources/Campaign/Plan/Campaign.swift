import Lab
import LinuxSystem
import Logging
import Model
import Synchronization

/// Runs a plan wave by wave: builds each wave's labs, measures in them side by side, then tears them down.
///
/// The phases are kept apart because the kernel's RTNL lock is global: a fault injected while other labs are built or
/// destroyed would take effect late.
public struct Campaign: Sendable {
  public struct Options: Sendable {
    /// Measurements at a time.
    public var jobs: Int
    /// The path of the `flatline-endpoint` executable.
    public var endpointExecutable: String
    public var version: String
    public var runIdentifier: String
    /// The clock of the kernel that this runs on; on the virtual one, a measurement begins at a randomly drawn uptime.
    public var clock: Clock
    /// Whether measurements reuse endpoint processes, as in a guest, where a start is expensive.
    public var reusesEndpoints: Bool

    public init(
      jobs: Int, endpointExecutable: String, version: String, runIdentifier: String, clock: Clock = .real,
      reusesEndpoints: Bool = false
    ) {
      self.reusesEndpoints = reusesEndpoints
      self.clock = clock
      self.jobs = jobs
      self.endpointExecutable = endpointExecutable
      self.version = version
      self.runIdentifier = runIdentifier
    }
  }

  /// A run's progress.
  public struct Progress: Sendable, Hashable {
    public var done: Int
    public var total: Int
    /// When the last wave's window ends, if no detector decides earlier; without the time to build later labs.
    public var endsBy: Instant
    /// How much time has passed in guests; nil on the real clock.
    public var virtualTime: Duration?
  }

  private let plan: Plan
  private let options: Options
  private var context: MeasurementContext
  private let logger: Logger

  public init(
    _ plan: Plan, kernel: KernelFacts, options: Options, logger: Logger, makeFault: @escaping FaultFactory = Fault.make
  ) {
    self.plan = plan
    self.options = options
    self.logger = logger
    context = MeasurementContext(
      runIdentifier: options.runIdentifier, version: options.version, seed: plan.seed, clock: options.clock,
      kernel: kernel,
      endpoints: EndpointPool(executable: options.endpointExecutable, keeps: options.reusesEndpoints),
      makeFault: makeFault)
  }

  /// Measures everything. Each row is handed to `record` as soon as it is known, before anything is torn down.
  ///
  /// - Throws: what `record` throws, and `CancellationError`; a measurement that fails is a row, not an error.
  public func run(
    progress: @escaping @Sendable (Progress) -> Void = { _ in },
    record: @escaping @Sendable (ResultRow) async throws -> Void
  ) async throws {
    try CurrentProcess.raiseDescriptorLimit()
    var campaign = self
    // A guest has one thread for everything: whatever waits there waits only for time.
    if options.clock == .real { campaign.context.blockingExecutor = try Self.blockingExecutor() }
    do {
      try await campaign.runWaves(progress, record)
    } catch {
      await context.endpoints.drain()
      throw error
    }
    await context.endpoints.drain()
  }

  private static func blockingExecutor() throws(CampaignError) -> BlockingExecutor {
    do throws(SystemError) {
      return try BlockingExecutor()
    } catch {
      throw CampaignError(.unsupported, stage: "start threads", "\(error)")
    }
  }

  private func runWaves(
    _ progress: @escaping @Sendable (Progress) -> Void, _ record: @escaping @Sendable (ResultRow) async throws -> Void
  ) async throws {
    let waves = Waves.split(plan.measurements, jobs: options.jobs, processors: CurrentProcess.processors)
    let timeLeft = Waves.timeLeft(waves)
    let state = Mutex(Progress(done: 0, total: plan.measurements.count, endsBy: .now))
    for (number, wave) in waves.enumerated() {
      try Task.checkCancellation()
      logger.debug("wave \(number + 1) of \(waves.count): \(wave.count) measurements")
      progress(
        state.withLock { state in
          state.endsBy = .now + timeLeft[number]
          return state
        })
      if options.clock == .virtual { try await waitForUptime(of: wave[0]) }
      try await run(wave: wave) { row in
        try await record(row)
        progress(
          state.withLock { state in
            state.done += 1
            return state
          })
      }
    }
  }

  private func waitForUptime(of measurement: PlannedMeasurement) async throws {
    let draw = UptimeDraw(seed: plan.seed, hz: context.kernel.timers.hz)
    try await Task.sleep(for: draw.start(of: measurement, after: .now) - .now)
  }

  private func run(
    wave: [PlannedMeasurement], record: @escaping @Sendable (ResultRow) async throws -> Void
  ) async throws {
    var labs = await buildLabs(for: wave)
    var ready: [PreparedMeasurement] = []
    var failure: (any Error)?
    for (planned, result) in await prepare(wave, in: labs) {
      switch result {
      case .success(let prepared): ready.append(prepared)
      case .failure(let error) where Task.isCancelled || error is CancellationError: failure = CancellationError()
      case .failure(let error):
        logger.debug("\(planned.scenario.name), trial \(planned.trial), \(planned.detector.name): \(error)")
        do {
          try await record(context.failure(of: planned, because: error))
        } catch {
          failure = failure ?? error
        }
      }
    }
    if failure == nil {
      // Enough time for every `begin` to arrive before it is due.
      let lead = Duration.milliseconds(50) + .milliseconds(1) * ready.count
      failure = await measure(ready, begin: Instant.now + lead, lead: lead, record: record)
    }
    await withDiscardingTaskGroup { group in
      for prepared in ready { group.addTask { await context.blocking { await prepared.tearDown() } } }
    }
    // The labs are removed with their last references.
    await context.blocking { (labs, ready) = ([], []) }
    if let failure { throw failure }
    try Task.checkCancellation()
  }

  /// One after another on one thread: otherwise they would only wait for each other's RTNL lock.
  private func buildLabs(for wave: [PlannedMeasurement]) async -> [Result<Lab, any Error>] {
    let seed = context.seed
    do {
      return try await DedicatedThread.run {
        wave.map { planned in Result { try Lab(planned.scenario.topology, seed: planned.labSeed(seed)) } }
      }
    } catch {
      return wave.map { _ in .failure(error) }
    }
  }

  private func prepare(
    _ wave: [PlannedMeasurement], in labs: [Result<Lab, any Error>]
  ) async -> [(PlannedMeasurement, Result<PreparedMeasurement, any Error>)] {
    await withTaskGroup(of: (Int, Result<PreparedMeasurement, any Error>).self) { group in
      for (number, (planned, lab)) in zip(wave, labs).enumerated() {
        group.addTask {
          do {
            return (number, .success(try await .prepare(planned, in: lab.get(), context)))
          } catch {
            return (number, .failure(error))
          }
        }
      }
      var results: [(Int, Result<PreparedMeasurement, any Error>)] = []
      for await result in group { results.append(result) }
      return results.sorted { $0.0 < $1.0 }.map { (wave[$0.0], $0.1) }
    }
  }

  /// Measures a whole wave at once; returns the first error of `record`, with which the run must end. The rest of the
  /// wave is still measured to its end: rows that could not be recorded may be recorded later.
  ///
  /// - Parameter lead: from now to `begin`.
  private func measure(
    _ ready: [PreparedMeasurement], begin: Instant, lead: Duration,
    record: @escaping @Sendable (ResultRow) async throws -> Void
  ) async -> (any Error)? {
    await withTaskGroup(of: (any Error)?.self) { group in
      for prepared in ready {
        group.addTask {
          do {
            try await record(try await observe(prepared, begin: begin, lead: lead))
            return nil
          } catch {
            return error
          }
        }
      }
      var first: (any Error)?
      for await failure in group { first = first ?? failure }
      return first
    }
  }

  private func observe(_ prepared: PreparedMeasurement, begin: Instant, lead: Duration) async throws -> ResultRow {
    let startedAt = Clocks.realtimeNanoseconds() + lead.inNanoseconds
    var run = MeasurementRun(prepared, begin: begin)
    try await run.run()
    let measurement = run.measurement
    let row = row(of: measurement.log, planned: prepared.planned, facts: context.facts(startedAt: startedAt))
    let time = row.detection.map { " after \($0.inSeconds) s" } ?? ""
    logger.debug(
      "\(row.scenario), trial \(row.trial), \(row.detector): \(row.outcome.rawValue)\(time)",
      metadata: ["proofs": "\(measurement.evidence)", "reason": "\(row.reason ?? "")"])
    return row
  }
}
