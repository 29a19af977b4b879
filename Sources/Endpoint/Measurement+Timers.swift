import EndpointProtocol
import Model

// What a measurement does when it is time.
extension Measurement {
  /// When `serveTimers` is to be called next; nil if only an event can bring it on.
  var nextDeadline: Instant? {
    var deadlines = [workload?.next, isWatching ? driver.heartbeats?.next : nil, verdict?.at]
    switch phase {
    case .opening(let deadline), .waiting(let deadline): deadlines.append(deadline)
    case .finishing: deadlines.append(settled)
    case .ready, .running, .finished: break
    }
    if case .underWay(let deadline) = failover { deadlines.append(deadline) }
    return deadlines.compactMap { $0 }.min()
  }

  /// Does everything that is due at `now`, when the loop woke. What had arrived by then is served before, so that a
  /// late loop never takes an answer that it has for a missing one.
  func serveTimers(at now: Instant) throws(EndpointError) {
    if case .opening(let deadline) = phase, deadline <= now {
      throw EndpointError(
        .inputOutput, stage: "open",
        "no answer from \(task.server.host) port \(task.server.port) within \(Measurement.openTimeout.spelled)")
    }
    if case .waiting(let due) = phase, due <= now { start(at: due) }
    if let verdict, verdict.at <= now {
      late(by: now - verdict.at)
      declare(verdict.signal, at: now)
    }
    if case .underWay(let deadline) = failover, deadline <= now {
      late(by: now - deadline)
      backupEnded("no answer within \(Measurement.failoverTimeout.spelled)", at: now)
    }
    if isWatching, let due = driver.heartbeats?.next, due <= now {
      late(by: .now - due)
      driver.heartbeats?.advance(past: now)
      sendHeartbeat()
    }
    while let due = workload?.next, due <= now {
      late(by: .now - due)
      workload?.advance()
      send(.workload)
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
    driver.begin(at: start)
    if case .requests(let every, _) = task.workload { workload = Schedule(start: start, interval: every) }
    // Their first occurrence is the round trip that aligns everything; without them it is a request of its own.
    guard driver.heartbeats == nil, workload == nil, connection != nil else { return }
    late(by: .now - start)
    send(.alignment)
  }

  /// When the mechanism gives up as things stand; nil if never.
  private var verdict: Deadline? {
    guard isWatching, phase == .running else { return nil }
    return driver.deadline(lastAnswer: signsOfLife.last, oldestRequest: requests.oldestOutstanding)
  }

  private func late(by delay: Duration) {
    lag = max(lag, delay)
  }
}
