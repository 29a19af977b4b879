import Model

/// What a row says that neither its plan nor its log knows: by what it was measured, and when.
struct RowFacts: Sendable, Hashable {
  /// Of this program.
  let version: String
  /// The run's identifier.
  let run: String
  let seed: Int64
  let clock: Clock
  let kernel: KernelFacts
  /// When the measurement began, by the calendar: ISO 8601 UTC, `2026-01-31T12:00:00Z`.
  var startedAt: String
}
