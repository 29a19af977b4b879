/// What a client does once it has declared its server dead: which server it connects to, and how it retries.
public struct FailoverPolicy: Sendable, Hashable {
  public var target: Target
  public var retry: Retry
  /// How long one attempt, from connecting to the first answer, may take.
  public var attemptTimeout: Duration

  public enum Target: String, Sendable, Hashable, CaseIterable {
    /// The backup server.
    case backup
    /// The same server again.
    case server
  }

  public enum Retry: Sendable, Hashable {
    /// The first attempt starts at once, and another as soon as one has failed; but no two attempts start within 10 ms.
    case immediate
    /// Before the n-th attempt (from 1) it waits `initial` x 2^(n-1), at most `longest`. `jitter`: the share of the wait,
    /// 0 to 1, that is drawn at random; with 1 the wait is uniform on [0, wait] ("full jitter").
    case backoff(initial: Duration, longest: Duration, jitter: Double)
  }

  public init(target: Target, retry: Retry = .immediate, attemptTimeout: Duration = .seconds(2)) {
    self.target = target
    self.retry = retry
    self.attemptTimeout = attemptTimeout
  }

  /// One line: `backup immediate`, `server backoff initial=100ms longest=5s jitter=100%`.
  public var spelled: String {
    switch retry {
    case .immediate: "\(target.rawValue) immediate"
    case .backoff(let initial, let longest, let jitter):
      "\(target.rawValue) backoff initial=\(initial.spelled) longest=\(longest.spelled) jitter=\(Percentage.spell(jitter))"
    }
  }
}
