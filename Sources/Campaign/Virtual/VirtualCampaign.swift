import Lab
import LinuxSystem
import Logging
import Model
import ScenarioReader
import Synchronization
import UserModeKernel

/// Runs a plan on the virtual clock part by part, each part in a separate guest, several guests at a time.
///
/// A guest runs a shard of the plan in a kernel whose time skips idle periods; its rows are read as they come. A guest
/// that dies costs its current measurement: the rest of its part goes to another guest, until too many have died in a
/// row (`GuestFailures`).
public struct VirtualCampaign: Sendable {
  public struct Options: Sendable {
    /// Guests at a time.
    public var jobs: Int
    public var version: String
    public var runIdentifier: String

    public init(jobs: Int, version: String, runIdentifier: String) {
      self.jobs = jobs
      self.version = version
      self.runIdentifier = runIdentifier
    }
  }

  private let plan: Plan
  /// By the names of their scenarios.
  private let files: [String: ScenarioFile]
  private let means: GuestMeans
  private let facts: GuestFacts
  private let options: Options
  private let logger: Logger

  /// - Parameters:
  ///   - files: the file of each of the plan's scenarios, by the scenario's name.
  ///   - facts: the kernel's facts, for the rows of measurements that could not be made.
  public init(
    _ plan: Plan, files: [String: ScenarioFile], means: GuestMeans, facts: GuestFacts, options: Options, logger: Logger
  ) {
    self.plan = plan
    self.files = files
    self.means = means
    self.facts = facts
    self.options = options
    self.logger = logger
  }

  /// How many guests a plan can occupy at a time.
  public static func mostGuests(for plan: Plan) -> Int { GuestShard.split(plan).count }

  /// Measures everything. Each row is handed to `record` as soon as it is known.
  ///
  /// - Throws: what `record` throws, `CancellationError`, and why guests cannot be started here.
  public func run(
    progress: @escaping @Sendable (Campaign.Progress) -> Void = { _ in },
    record: @escaping @Sendable (ResultRow) async throws -> Void
  ) async throws {
    let parts = GuestShard.split(plan)
    let tally = GuestTally(total: plan.measurements.count, progress)
    // Each guest gets its own processor; more guests than processors share them. Simultaneous runs begin with different
    // processors.
    let processors = try GuestProcess.allowedProcessors()
    let queue = PartQueue(parts)
    let failures = GuestFailures()
    try await withThrowingTaskGroup { group in
      for job in 0..<min(options.jobs, parts.count) {
        group.addTask {
          while let part = queue.next() {
            try await run(
              part, processor: processors[(Int(CurrentProcess.identifier) + job) % processors.count], queue, failures,
              tally, record)
          }
        }
      }
      try await group.waitForAll()
    }
  }
}

extension VirtualCampaign {
  /// Starts guest after guest until every measurement of the part has its row.
  private func run(
    _ part: GuestShard, processor: Int, _ queue: PartQueue, _ failures: GuestFailures, _ tally: GuestTally,
    _ record: @Sendable (ResultRow) async throws -> Void
  ) async throws {
    var rest: GuestShard? = part
    var inARow = 0
    while let part = rest {
      try Task.checkCancellation()
      if let reason = failures.reasonToGiveUp(part, inARow: inARow) {
        for planned in part.measurements {
          try await record(context.failure(of: planned, because: GuestFailure(description: reason)))
          tally.add(rows: 1, time: .zero)
        }
        return
      }
      let number = queue.guestNumber()
      let directory = GuestDirectory(path: "\(means.workDirectory)/guest-\(String(number + 1_000_000).dropFirst())")
      let order = GuestOrder(part, seed: plan.seed, run: options.runIdentifier)
      let scenario = part.measurements[0].scenario
      logger.debug("guest \(number): \(order.scenario), \(order.detector), trials \(order.first) to \(order.last)")
      let startedAt = UTC.iso8601(nanoseconds: Clocks.realtimeNanoseconds())
      var done = 0
      var uptime = Duration.zero
      let failure = try await means.boot(
        .measure, in: directory, processor: processor, memory: means.memory + scenario.clients * 2,
        prepare: { directory in
          guard let file = files[order.scenario] else { return }
          try GuestDirectory.write(order.text, to: directory.order)
          try GuestDirectory.write(file.bytes, to: directory.scenario)
        },
        visit: { rows, now in
          var failure: (any Error)?
          for var row in rows {
            // The guest does not know the date.
            row.startedAt = startedAt
            do { try await record(row) } catch { failure = failure ?? error }
          }
          if let failure { throw failure }
          if !rows.isEmpty { failures.succeeded(part) }
          done += rows.count
          tally.add(rows: rows.count, time: max(.zero, now - uptime))
          uptime = max(uptime, now)
        })
      if let failure { logger.debug("guest \(number): \(failure)") }
      // A guest that fails after its last row has done no harm.
      if done < part.measurements.count {
        let failure = failure ?? "the guest ended before it had measured everything"
        let lost = part.measurements[done]
        inARow = done == 0 ? inARow + 1 : 1
        failures.failed(part, because: failure)
        try await record(context.failure(of: lost, because: GuestFailure(description: failure)))
        done += 1
        tally.add(rows: 1, time: .zero)
      }
      rest = part.dropping(done)
    }
  }

  /// For the rows that the host makes.
  private var context: MeasurementContext {
    MeasurementContext(
      runIdentifier: options.runIdentifier, version: options.version, seed: plan.seed, clock: .virtual,
      kernel: KernelFacts(release: facts.release, timers: KernelTimers(hz: facts.hz)),
      endpoints: EndpointPool(executable: "", keeps: false), makeFault: Fault.make)
  }
}

/// The parts that are not taken yet, and the numbers of guests.
private final class PartQueue: Sendable {
  private let state: Mutex<(parts: ArraySlice<GuestShard>, guests: Int)>

  init(_ parts: [GuestShard]) {
    state = Mutex((parts[...], 0))
  }

  func next() -> GuestShard? { state.withLock { $0.parts.popFirst() } }

  func guestNumber() -> Int {
    state.withLock { state in
      state.guests += 1
      return state.guests
    }
  }
}

/// Why a guest did not finish its job.
private struct GuestFailure: Error, CustomStringConvertible {
  let description: String
}

/// The progress of all guests together.
private final class GuestTally: Sendable {
  private let state: Mutex<Campaign.Progress>
  private let report: @Sendable (Campaign.Progress) -> Void

  init(total: Int, _ report: @escaping @Sendable (Campaign.Progress) -> Void) {
    state = Mutex(Campaign.Progress(done: 0, total: total, endsBy: .now, virtualTime: .zero))
    self.report = report
  }

  func add(rows: Int, time: Duration) {
    guard rows > 0 || time > .zero else { return }
    report(
      state.withLock { state in
        state.done += rows
        state.virtualTime = (state.virtualTime ?? .zero) + time
        return state
      })
  }
}
