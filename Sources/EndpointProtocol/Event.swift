import Model

/// An endpoint's reports to the runner, each one line on the endpoint's standard output.
public enum Event: Sendable, Hashable {
  /// Both: a role's first line, from inside the namespace.
  case started(at: Instant)
  /// Server: ready to accept.
  case listening(at: Instant, port: UInt16)
  /// Server: the event loop stopped serving between the two instants, and CPU burns since `after`.
  case saturated(before: Instant, after: Instant)
  /// Server: it serves again; `cpuTime` is the spinning thread's total CPU time.
  case relieved(before: Instant, after: Instant, cpuTime: Duration)
  /// Server: the spinning thread's CPU time so far, at `at`; nil if nothing keeps it from its work.
  case cpuTime(Duration?, at: Instant)
  /// Server: it stopped the activity between the two instants.
  case paused(ServiceActivity, before: Instant, after: Instant)
  /// Server: it resumed the activity.
  case resumed(ServiceActivity, before: Instant, after: Instant)
  /// Observer: the connection is established. For a client, or all clients of a herd: the options are set and read
  /// back, and one round trip is done; for a server: the first frame came in. `localPort` is the client's port, from
  /// either side; `settings` are the settings as the kernel took them. Reported again when a learning detector has
  /// reopened the connection.
  case ready(at: Instant, localPort: UInt16, settings: DetectorSettings)
  /// Observer: the state of the application at t0.
  case marked(ApplicationState)
  /// Observer in mode `act`, or whose connection ended: the peer is declared dead.
  case declared(at: Instant, signal: Signal)
  /// Observer in mode `watch`: the peer is suspected from now on.
  case suspected(at: Instant, signal: Signal)
  /// Observer in mode `watch`: the suspicion has ended.
  case trusted(at: Instant)
  /// Observer: the longest heartbeat interval that a learning detector found to be good so far.
  case learned(Duration, at: Instant)
  /// Client: the first round trip after the heal, on the same connection, completed.
  case recovered(at: Instant)
  /// Client: the first request on the connection that the failover opened was answered.
  case failedOver(at: Instant)
  /// Client: an attempt of the failover failed.
  case failoverFailed(at: Instant, reason: String)
  /// Client, after `finish`: one request of the workload; `answeredAt` is nil if it was not answered in time.
  case request(sentAt: Instant, answeredAt: Instant?)
  /// Client, after `finish`, if there are several clients or one fails over: the results of all of them, including the
  /// first. `lastFailover` is when the last of those that failed over was answered.
  case herd(declared: Int, failedOver: Int, lastFailover: Instant?, failedAttempts: Int)
  /// Observer, after `finish`: the last line. `lag` is the worst lateness of the event loop since `begin`.
  case finished(at: Instant, lag: Duration)
  /// Both: it cannot go on; the step that failed, and why. From then on it obeys only `quit`.
  case failed(stage: String, message: String)
  /// Both, after `quit`: a role's last line. All state of the role is gone.
  case ended(at: Instant)
}
