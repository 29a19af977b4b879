import Model

/// A fault in one lab: how it is injected, proven and healed. One file per fault.
public protocol RunningFault: Sendable {
  /// The mechanism behind it, for the CSV's `fault_backend`: `carrier`, `tc-blackhole`, ...
  var backend: String { get }

  /// Called once, before any fault: prepares what the proof needs.
  func prepare() async throws

  /// Injects the fault. Returns when it took effect (t0 lies between).
  func inject() async throws -> Moment

  /// Checks whether the fault is in force now, without disturbing the connection under test. Call it only while the
  /// fault is injected.
  ///
  /// - Parameter patience: how long it may wait for evidence that takes time to appear.
  func prove(patience: Duration) async throws -> Proof

  /// Heals the fault. Returns when.
  func heal() async throws -> Moment
}

extension RunningFault {
  public func prepare() async throws {}
}

/// Whether a fault took effect, and the evidence.
public struct Proof: Sendable, Hashable {
  public let verdict: FaultVerdict
  /// What was seen, for the log and for the reason of an unconfirmed row.
  public let evidence: String
  /// The share of a CPU that the fault consumed, if it consumes any.
  public let cpuShare: Double?

  public init(_ verdict: FaultVerdict, _ evidence: String, cpuShare: Double? = nil) {
    self.verdict = verdict
    self.evidence = evidence
    self.cpuShare = cpuShare
  }

  /// Repeats the proof while it is inconclusive, for evidence that takes time to appear.
  static func awaited(patience: Duration, _ prove: () async throws -> Proof) async throws -> Proof {
    let deadline = Instant.now + patience
    var proof = try await prove()
    while proof.verdict == .inconclusive, Instant.now < deadline {
      try await Task.sleep(for: .milliseconds(50))
      proof = try await prove()
    }
    return proof
  }

  /// Confirmed if no check contradicts it: each check is what was expected and whether it was seen.
  static func checking(_ checks: [(expected: String, seen: Bool)]) -> Proof {
    // There is nothing to compare with, as the injection did not happen: without this, a proof that checks nothing
    // would count as a confirmation.
    if checks.isEmpty { return Proof(.mismatch, "not seen: an injection") }
    let failed = checks.filter { !$0.seen }.map { "not seen: \($0.expected)" }
    return failed.isEmpty
      ? Proof(.confirmed, checks.map(\.expected).joined(separator: "; "))
      : Proof(.mismatch, failed.joined(separator: "; "))
  }
}
