import Model

/// What an endpoint tells the runner: one line on the endpoint's standard output each.
public enum Event: Sendable, Hashable {
  /// Both: the first line, from inside the namespace.
  case started(at: Instant)
  /// Server: ready to accept.
  case listening(at: Instant, port: UInt16)
  /// Server: the event loop stopped serving between the two instants, and CPU burns since `after`.
  case saturated(before: Instant, after: Instant)
  /// Server: it serves again; `cpuTime` is what the spinning thread had in all.
  case relieved(before: Instant, after: Instant, cpuTime: Duration)
  /// Server: the spinning thread's CPU time so far, at `at`.
  case cpuTime(Duration, at: Instant)
  /// Client: connected, the options set and read back, one round trip done. `settings` is `DetectorSettings.spelled`
  /// of what the kernel took.
  case ready(at: Instant, localPort: UInt16, settings: DetectorSettings)
  /// Client: the state of the application at t0.
  case marked(ApplicationState)
  /// Client: the peer is declared dead.
  case declared(at: Instant, signal: Signal)
  /// Client: the first round trip after the heal, on the same connection, completed.
  case recovered(at: Instant)
  /// Client: the first request on the backup was answered.
  case failedOver(at: Instant)
  /// Client: the backup cannot be reached or does not answer.
  case failoverFailed(at: Instant, reason: String)
  /// Client, after `finish`: one request of the workload; `answeredAt` is nil if it was not answered in time.
  case request(sentAt: Instant, answeredAt: Instant?)
  /// Client, after `finish`: the last line. `lag` is how late the event loop ran at worst since `begin`.
  case finished(at: Instant, lag: Duration)
  /// Both: it cannot go on; what it was doing, and why.
  case failed(stage: String, message: String)
}
