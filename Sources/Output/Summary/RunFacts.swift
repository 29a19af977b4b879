import JSON
import Model

/// What a report of one run says about the run itself.
public struct RunFacts: Sendable, Hashable {
  /// The run's identifier, as its rows have it.
  public var run: String
  public var seed: Int64
  public var clock: Clock
  /// How many measurements the plan has, and how many rows there are.
  public var planned, done: Int
  /// The paths of the CSV files that hold the rows.
  public var files: [String]

  public init(run: String, seed: Int64, clock: Clock, planned: Int, done: Int, files: [String]) {
    self.run = run
    self.seed = seed
    self.clock = clock
    self.planned = planned
    self.done = done
    self.files = files
  }

  /// The line above a run's tables.
  public var header: String {
    "run \(run)  seed \(seed)  clock \(clock.rawValue)  measurements \(done)\(done == planned ? "" : " of \(planned)")"
  }

  /// Where the rows are, for people: a line for each file, each path as a shell takes it.
  public var place: String { "rows: \(files.map(\.shellQuoted).joined(separator: "\n      "))" }

  public var json: JSONValue {
    .object([
      .init("run", .string(run)), .init("seed", .int(seed)), .init("clock", .string(clock.rawValue)),
      .init("measurements_planned", .int(Int64(planned))), .init("measurements_done", .int(Int64(done))),
      .init("files", .array(files.map { .string($0) })),
    ])
  }
}
