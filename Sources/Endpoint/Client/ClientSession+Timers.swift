import EndpointProtocol
import Model

// What a measurement does when a timer expires.
extension ClientSession {
  /// When `serveTimers` is to be called next; nil if nothing happens before the next event.
  var nextDeadline: Instant? {
    var deadlines = [
      workload?.next, detectorRunner.nextHeartbeat,
      detectorRunner.nextVerdict(oldestRequest: requests.oldestOutstanding),
    ]
    switch phase {
    case .opening(let deadline), .waiting(let deadline): deadlines.append(deadline)
    // A failover under way has a deadline of its own, and nothing is settled before.
    case .finishing: if failoverDeadline == nil { deadlines.append(settled) }
    case .ready, .running, .finished: break
    }
    deadlines.append(failoverDeadline)
    return deadlines.compactMap { $0 }.min()
  }

  /// Does everything that is due at `now`, when the loop woke. Input that had arrived by then is handled first, so that
  /// a late loop never treats a received answer as missing.
  func serveTimers(at now: Instant) throws(EndpointError) {
    if case .opening(let deadline) = phase, deadline <= now {
      throw EndpointError(
        .inputOutput, stage: "open",
        "no answer from \(task.server.host) port \(task.server.port) within \(ClientSession.openTimeout.spelled)")
    }
    if case .waiting(let due) = phase, due <= now { start(at: due) }
    if let signal = detectorRunner.judge(at: now, oldestRequest: requests.oldestOutstanding) { giveUp(signal, at: now) }
    if let due = failoverDeadline, due <= now {
      detectorRunner.late(by: now - due)
      serveFailover(at: now)
    }
    if let due = detectorRunner.takeDueHeartbeat(at: now) { sendHeartbeat(due: due) }
    if let due = workload?.next, due <= now {
      detectorRunner.late(by: .now - due)
      workload?.advance(past: now)
      if requestTimeout == nil { sendMessage() } else { send(.workload) }
    }
    if phase == .finishing { finishIfSettled(at: now) }
  }

  /// The measurement starts at `at`. The runner may send this command before `at`, or after it at the cost of lag.
  func begin(at: Instant) throws(EndpointError) {
    guard phase == .ready else { throw EndpointError(.badCommand, stage: "begin", "the connection is not ready") }
    phase = .waiting(until: at)
  }

  private func start(at start: Instant) {
    phase = .running
    detectorRunner.begin(at: start)
    workload = task.workload.schedule(of: .client, from: start)
    // The first heartbeat, request or message aligns everything; without a schedule of either kind, an extra request
    // does.
    guard detectorRunner.driver.heartbeats == nil, workload == nil, connection != nil else { return }
    detectorRunner.late(by: .now - start)
    send(.alignment)
  }
}
