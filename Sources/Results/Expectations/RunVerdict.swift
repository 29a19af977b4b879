import Model

/// The verdict on a finished run.
public struct RunVerdict: Sendable, Hashable {
  public var failed: Int
  public var inconclusive: Int
  /// Rows whose fault was not confirmed.
  public var unconfirmed: Int
  /// Rows that could not be measured.
  public var errors: Int

  public init(_ results: [ExpectationResult], unconfirmed: Int, errors: Int) {
    failed = results.count { $0.verdict == .failed }
    inconclusive = results.count { $0.verdict == .inconclusive }
    self.unconfirmed = unconfirmed
    self.errors = errors
  }

  public init(_ results: [ExpectationResult], rows: some Sequence<ResultRow>) {
    var unconfirmed = 0
    var errors = 0
    for row in rows {
      switch row.standing {
      case .counted: break
      case .unconfirmed: unconfirmed += 1
      case .error: errors += 1
      }
    }
    self.init(results, unconfirmed: unconfirmed, errors: errors)
  }

  /// `failed` before `inconclusive` before `success`.
  public var exitStatus: ExitStatus {
    if failed > 0 { return .failed }
    return inconclusive + unconfirmed + errors > 0 ? .inconclusive : .success
  }

  /// Why it is not a success, as a sentence; nil if it is.
  public var explanation: String? {
    let parts = [
      (failed, "expectation failed", "expectations failed"),
      (inconclusive, "expectation was inconclusive", "expectations were inconclusive"),
      (unconfirmed, "fault was not confirmed", "faults were not confirmed"),
      (errors, "trial could not be measured", "trials could not be measured"),
    ]
    let said = parts.filter { $0.0 > 0 }.map { "\($0.0) \($0.0 == 1 ? $0.1 : $0.2)" }
    return said.isEmpty ? nil : said.joined(separator: ", ")
  }
}
