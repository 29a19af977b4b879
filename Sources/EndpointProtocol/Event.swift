import Model

/// What an endpoint tells the runner: one line on the endpoint's standard output each.
public enum Event: Sendable, Hashable {
  /// Both: a role's first line, from inside the namespace.
  case started(at: Instant)
  /// Server: ready to accept.
  case listening(at: Instant, port: UInt16)
  /// Server: the event loop stopped serving between the two instants, and CPU burns since `after`.
  case saturated(before: Instant, after: Instant)
  /// Server: it serves again; `cpuTime` is what the spinning thread had in all.
  case relieved(before: Instant, after: Instant, cpuTime: Duration)
  /// Server: the spinning thread's CPU time so far, at `at`; nil if nothing keeps it from its work.
  case cpuTime(Duration?, at: Instant)
  /// Server: it left off the activity between the two instants.
  case paused(ServiceActivity, before: Instant, after: Instant)
  /// Server: it took the activity up again.
  case resumed(ServiceActivity, before: Instant, after: Instant)
  /// Observer: the connection stands. Of a client, or all of a herd's: the options are set and read back, one round trip
  /// is done; of a server: the first frame came in. `localPort` is the client's port, from either side; `settings` is what
  /// the kernel took. Told again when a detector that learns opened the connection anew.
  case ready(at: Instant, localPort: UInt16, settings: DetectorSettings)
  /// Observer: the state of the application at t0.
  case marked(ApplicationState)
  /// Observer in mode `act`, or whose connection ended: the peer is declared dead.
  case declared(at: Instant, signal: Signal)
  /// Observer in mode `watch`: the peer is suspected from now on.
  case suspected(at: Instant, signal: Signal)
  /// Observer in mode `watch`: the peer is trusted again.
  case trusted(at: Instant)
  /// Observer: the longest heartbeat interval that a learning detector found to be good so far.
  case learned(Duration, at: Instant)
  /// Client: the first round trip after the heal, on the same connection, completed.
  case recovered(at: Instant)
  /// Client: the first request on the connection that the failover opened was answered.
  case failedOver(at: Instant)
  /// Client: an attempt of the failover came to nothing.
  case failoverFailed(at: Instant, reason: String)
  /// Client, after `finish`: one request of the workload; `answeredAt` is nil if it was not answered in time.
  case request(sentAt: Instant, answeredAt: Instant?)
  /// Client, after `finish`, if there are several or one fails over: what became of all of them, the first included. `lastFailover` is when
  /// the last of those that failed over was answered.
  case herd(declared: Int, failedOver: Int, lastFailover: Instant?, failedAttempts: Int)
  /// Observer, after `finish`: the last line. `lag` is how late the event loop ran at worst since `begin`.
  case finished(at: Instant, lag: Duration)
  /// Both: it cannot go on; what it was doing, and why. Of what it is told then it obeys `quit` only.
  case failed(stage: String, message: String)
  /// Both, after `quit`: a role's last line. Nothing of it is left.
  case ended(at: Instant)
}
