import Model

/// A fault in one lab: how it is injected, proven and healed. One file per fault.
public protocol RunningFault: Sendable {
  /// What does it, for the CSV's `fault_backend`: `carrier`, `tc-blackhole`, ...
  var backend: String { get }

  /// Called once, while all is well: whatever the proof needs beforehand.
  func prepare() async throws

  /// Breaks it. Returns when the fault took effect (t0 lies between).
  func inject() async throws -> Moment

  /// Whether the fault is in force now, told without disturbing the connection under test. Only while injected.
  ///
  /// - Parameter patience: how long it may wait for evidence that takes time to appear.
  func prove(patience: Duration) async throws -> Proof

  /// Mends it. Returns when.
  func heal() async throws -> Moment
}

extension RunningFault {
  public func prepare() async throws {}
}

/// Whether a fault took effect, and how one knows.
public struct Proof: Sendable, Hashable {
  public let verdict: FaultVerdict
  /// What was seen, for the log and for the reason of an unconfirmed row.
  public let evidence: String
  /// The share of a CPU that the fault consumed, where it consumes any.
  public let cpuShare: Double?

  public init(_ verdict: FaultVerdict, _ evidence: String, cpuShare: Double? = nil) {
    self.verdict = verdict
    self.evidence = evidence
    self.cpuShare = cpuShare
  }

  /// Proves again and again while that is inconclusive, for evidence that takes time to appear.
  static func awaited(patience: Duration, _ prove: () async throws -> Proof) async throws -> Proof {
    let deadline = Instant.now + patience
    var proof = try await prove()
    while proof.verdict == .inconclusive, Instant.now < deadline {
      try await Task.sleep(for: .milliseconds(50))
      proof = try await prove()
    }
    return proof
  }

  /// Confirmed if nothing contradicts it: each check is what was expected and whether it was seen.
  static func checking(_ checks: [(expected: String, seen: Bool)]) -> Proof {
    // Nothing to compare with: the injection did not happen, or a proof that checks nothing would pass for one.
    if checks.isEmpty { return Proof(.mismatch, "not seen: an injection") }
    let failed = checks.filter { !$0.seen }.map { "not seen: \($0.expected)" }
    return failed.isEmpty
      ? Proof(.confirmed, checks.map(\.expected).joined(separator: "; "))
      : Proof(.mismatch, failed.joined(separator: "; "))
  }
}
