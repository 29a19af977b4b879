import Model

/// The attempts of one client's failover: when each may start, and what became of them.
///
/// All randomness is drawn by key from the task's seed, so that the same task waits the same times again.
struct FailoverAttempts {
  /// No two attempts start closer together, however fast they fail: a refused port would be tried without end.
  static let leastSpacing = Duration.milliseconds(10)
  /// So many failures are told one by one; all are counted.
  static let told = 20

  let policy: FailoverPolicy
  private let seed: UInt64
  private let client: Int
  private var lastStart: Instant?
  private var started = 0
  private(set) var failures = 0

  init(_ policy: FailoverPolicy, seed: UInt64, client: Int) {
    self.policy = policy
    self.seed = seed
    self.client = client
  }

  /// Whether the latest failure is one of the first `told`.
  var isWorthTelling: Bool { failures <= FailoverAttempts.told }

  /// When the next attempt is due if the declaration, or the failure of the attempt before it, came at `now`.
  func next(after now: Instant) -> Instant {
    switch policy.retry {
    case .immediate: lastStart.map { max(now, $0 + FailoverAttempts.leastSpacing) } ?? now
    case .backoff(let initial, let longest, let jitter):
      now + wait(initial: initial, longest: longest, jitter: jitter)
    }
  }

  mutating func start(at now: Instant) {
    started += 1
    lastStart = now
  }

  mutating func fail() {
    failures += 1
  }

  /// Exponential backoff, of which a share is drawn evenly: with a jitter of 1 this is the "full jitter" of M. Brooker,
  /// Exponential Backoff And Jitter (AWS Architecture Blog, 2015).
  private func wait(initial: Duration, longest: Duration, jitter: Double) -> Duration {
    let doubled = initial.inSeconds * Double(sign: .plus, exponent: started, significand: 1)
    var random = KeyedRandom(
      seed: Int64(bitPattern: seed), "failover", "client \(client)", "attempt \(started + 1)")
    return Duration(seconds: min(doubled, longest.inSeconds) * (1 - jitter * random.uniform()))
  }
}

extension FailoverPolicy {
  func check(stage: String) throws(EndpointError) {
    guard attemptTimeout > .zero else {
      throw EndpointError(.badCommand, stage: stage, "an attempt's timeout must be positive")
    }
    guard case .backoff(let initial, let longest, let jitter) = retry else { return }
    guard initial > .zero, longest >= initial, (0...1).contains(jitter) else {
      throw EndpointError(
        .badCommand, stage: stage, "a backoff needs 0 < initial <= longest, and a jitter of 0 to 1")
    }
  }
}
