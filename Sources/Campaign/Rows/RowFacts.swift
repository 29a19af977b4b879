import Model

/// The contents of a row that are in neither its plan nor its log: what measured it, and when.
struct RowFacts: Sendable, Hashable {
  /// The version of this program.
  let version: String
  /// The run's identifier.
  let run: String
  let seed: Int64
  let clock: Clock
  let kernel: KernelFacts
  /// When the measurement began, by the calendar: ISO 8601 UTC, `2026-01-31T12:00:00Z`.
  var startedAt: String
}
