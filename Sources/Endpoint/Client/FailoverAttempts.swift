import Model

/// The attempts of one client's failover: when each may start, and how each ended.
///
/// All randomness is derived by key from the task's seed, so that a repeated task waits for the same times.
struct FailoverAttempts {
  /// The shortest time between the starts of two attempts; without it, a refused port would be tried in a busy loop.
  static let leastSpacing = Duration.milliseconds(10)
  /// The number of failures that are reported one by one; all are counted.
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

  /// Whether the latest failure is among the first `told`.
  var isWorthTelling: Bool { failures <= FailoverAttempts.told }

  /// When the next attempt is due if the declaration, or the previous attempt's failure, came at `now`.
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

  /// Exponential backoff, of which a share is drawn uniformly: with a jitter of 1 this is the "full jitter" of M.
  /// Brooker, Exponential Backoff And Jitter (AWS Architecture Blog, 2015).
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
