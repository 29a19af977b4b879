import EndpointProtocol
import LinuxSystem
import Model

// What follows when the peer is declared dead: attempts to reach a server, until one of them is answered.
extension ClientSession {
  /// How far the failover has come.
  enum Failover {
    /// The peer is not declared dead, or nothing is to follow.
    case none
    case waiting(until: Instant)
    /// Connecting, or waiting for the first answer.
    case underWay(deadline: Instant)
    /// The first answer came at `at`; the workload goes on over this connection.
    case succeeded(at: Instant)
    /// Given up.
    case over
  }

  /// When something is to be done for the failover; nil if nothing is.
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

  /// Starts the attempt that is due, or ends the one whose time is up.
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
    // The first on the new connection, so the first to be answered; it goes out when the connection stands.
    send(.failover)
  }

  /// The first request on the new connection was answered.
  func failoverAnswered(at now: Instant) {
    guard case .underWay = failover else { return }
    failover = .succeeded(at: now)
    tell(.failedOver(at: now))
  }

  /// The new connection ended, or never came: its requests are lost. The next attempt follows if this was one.
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

  /// No attempt is started any more; the one under way may still succeed.
  func finishFailover() {
    if case .waiting = failover { failover = .over }
  }
}
