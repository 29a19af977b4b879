import Campaign
import LinuxSystem
import Model
import Output

/// The measuring part of a run: from the line that announces it to the files with its rows.
struct RunExecution: Sendable {
  /// The function that measures: it passes on each row as soon as it is known.
  typealias Measuring =
    @Sendable (
      _ progress: @escaping @Sendable (Campaign.Progress) -> Void,
      _ record: @escaping @Sendable (ResultRow) async throws -> Void
    ) async throws -> Void

  let plan: Plan
  /// Those of the plan.
  let scenarios: [Scenario]
  let clock: Clock
  /// Measurements at a time, or guests.
  let jobs: Int
  /// The run's.
  let identifier: String

  /// Measures, and completes the files whatever happens.
  func run(_ measuring: @escaping Measuring, into output: RunOutput, _ signals: SignalWatcher) async -> MeasuredRun {
    Terminal.complain(startLine)
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
    // Guests end in any order, which does not change what they measured.
    let files = await output.finish(sortedAs: clock == .virtual ? plan : nil)
    return MeasuredRun(
      scenarios: scenarios, files: files,
      facts: RunFacts(
        run: identifier, seed: plan.seed, clock: clock, planned: plan.measurements.count, done: files.rows.count,
        files: files.paths),
      failure: failure)
  }

  /// What runs, how many measurements, and for how long at most if no detector decides early.
  private var startLine: String {
    let count = plan.measurements.count
    let longest = plan.longestTime(on: clock, jobs: jobs)
    let limit = "at most \(longest.roughly(.up))\(clock == .virtual ? " of virtual time" : "")"
    let names = scenarios.prefix(3).map(\.name).joined(separator: ", ")
    let more = scenarios.count > 3 ? " and \(scenarios.count - 3) more" : ""
    let line =
      "\(names)\(more): \(count) measurement\(count == 1 ? "" : "s") on the \(clock.spelled), \(limit) if nothing is "
      + "detected; seed \(plan.seed), run \(identifier)"
    // A hint, so that a user does not wait for a month by mistake.
    let isLong = clock == .real && longest > .seconds(3600)
    let wouldDo = isLong && scenarios.allSatisfy { $0.obstacles(to: .virtual).isEmpty }
    return wouldDo ? line + "\n  --clock virtual takes seconds or minutes for it" : line
  }
}
