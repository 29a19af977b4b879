import EndpointProtocol
import LinuxSystem
import Model

// What follows when the peer is declared dead: attempts to reach a server, until one of them is answered.
extension ClientSession {
  /// The state of the failover.
  enum Failover {
    /// The peer is not declared dead, or no failover follows.
    case none
    case waiting(until: Instant)
    /// Connecting, or waiting for the first answer.
    case underWay(deadline: Instant)
    /// The first answer came at `at`; the workload goes on over this connection.
    case succeeded(at: Instant)
    /// Given up.
    case over
  }

  /// When the failover needs to act next; nil if it does not.
  var failoverDeadline: Instant? {
    switch failover {
    case .waiting(let due), .underWay(let due): due
    case .none, .succeeded, .over: nil
    }
  }

  /// When the new connection's first answer came in; nil if it did not.
  var failedOverAt: Instant? {
    if case .succeeded(let at) = failover { at } else { nil }
  }

  func startFailover(at now: Instant) {
    guard let attempts else { return }
    failover = .waiting(until: attempts.next(after: now))
    serveFailover(at: now)
  }

  /// Starts the attempt that is due, or ends the one that has timed out.
  func serveFailover(at now: Instant) {
    switch failover {
    case .waiting(let due) where due <= now: attempt(at: now)
    case .underWay(let deadline) where deadline <= now:
      failoverEnded("no answer within \(attempts?.policy.attemptTimeout.spelled ?? "")", at: now)
    case .none, .waiting, .underWay, .succeeded, .over: return
    }
  }

  private func attempt(at now: Instant) {
    guard let policy = attempts?.policy, let target = policy.target == .backup ? backupAddress : server else {
      return
    }
    attempts?.start(at: now)
    failover = .underWay(deadline: now + policy.attemptTimeout)
    do throws(SystemError) {
      let socket = try Sockets.tcp(family: target.family)
      replacement = try Connection(connecting: socket, to: target, on: loop)
    } catch {
      return failoverEnded(error.description, at: .now)
    }
    // This is the first request on the new connection, so it is answered first. It is sent when the connection is
    // established.
    send(.failover)
  }

  /// The first request on the new connection was answered.
  func failoverAnswered(at now: Instant) {
    guard case .underWay = failover else { return }
    failover = .succeeded(at: now)
    tell(.failedOver(at: now))
  }

  /// The new connection ended, or was never established: its requests are lost. If this was an attempt, the next one
  /// follows.
  func failoverEnded(_ reason: String, at now: Instant) {
    replacement?.abort()
    replacement = nil
    requests.loseOutstanding()
    guard case .underWay = failover else { return }
    attempts?.fail()
    if let attempts, attempts.isWorthTelling { tell(.failoverFailed(at: now, reason: reason)) }
    if let attempts, phase != .finishing {
      failover = .waiting(until: attempts.next(after: now))
    } else {
      failover = .over
    }
  }

  /// Starts no further attempt; the one under way may still succeed.
  func finishFailover() {
    if case .waiting = failover { failover = .over }
  }
}
