import EndpointProtocol
import Model

// What a measurement does when it is time.
extension ClientSession {
  /// When `serveTimers` is to be called next; nil if only an event can bring it on.
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

  /// Does everything that is due at `now`, when the loop woke. What had arrived by then is served before, so that a
  /// late loop never takes an answer that it has for a missing one.
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

  /// The measurement starts at `at`; the runner may say so before or, at the cost of lag, after it.
  func begin(at: Instant) throws(EndpointError) {
    guard phase == .ready else { throw EndpointError(.badCommand, stage: "begin", "the connection is not ready") }
    phase = .waiting(until: at)
  }

  private func start(at start: Instant) {
    phase = .running
    detectorRunner.begin(at: start)
    workload = task.workload.schedule(of: .client, from: start)
    // Their first occurrence aligns everything; without them a request of its own does.
    guard detectorRunner.driver.heartbeats == nil, workload == nil, connection != nil else { return }
    detectorRunner.late(by: .now - start)
    send(.alignment)
  }
}
