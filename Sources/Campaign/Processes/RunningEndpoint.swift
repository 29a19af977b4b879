import EndpointProtocol
import Lab
import LinuxSystem
import Model
import Synchronization

/// An endpoint in one of the lab's hosts: a process while it plays one role, and its events in that role. The process's
/// events in another role never get here.
actor RunningEndpoint {
  /// `server` or `client`, and its measurement, for error messages.
  nonisolated let name: String
  nonisolated let process: EndpointProcess
  nonisolated private let pool: EndpointPool
  /// Whether a fault may have affected the process.
  nonisolated private let isTouched = Mutex(false)

  /// All events so far, in order.
  private(set) var events: [Event] = []
  /// Why no further event will come.
  private var end: CampaignError?
  private var waiters: [Int: Waiter] = [:]
  private var waitersMade = 0

  private struct Waiter {
    /// Passes it an event that it has not seen; true once it is done.
    let see: (Event) -> Bool
    let fail: (CampaignError) -> Void
    let giveUp: () -> Void
  }

  /// Made for a process before it gets the role.
  init(named name: String, process: EndpointProcess, from pool: EndpointPool) {
    self.name = name
    self.process = process
    self.pool = pool
  }

  nonisolated func send(_ command: Command) {
    process.send(command, from: self)
  }

  // MARK: - Its events

  func deliver(_ event: Event) {
    events.append(event)
    for (number, waiter) in waiters where waiter.see(event) { waiters[number] = nil }
  }

  /// Marks it as gone. Only the first reason counts.
  func close(_ reason: CampaignError) {
    if end == nil { end = reason }
    for waiter in waiters.values { waiter.fail(end ?? reason) }
    waiters = [:]
  }

  /// The first event, past or future, that `match` accepts; nil if none came by `deadline`.
  ///
  /// - Throws: if the endpoint reports a failure or is gone first.
  func first<Match: Sendable>(
    by deadline: Instant, _ match: @escaping @Sendable (Event) -> Match?
  ) async throws -> Match? {
    let number = waitersMade
    waitersMade += 1
    let alarm = Task {
      try await Task.sleep(for: deadline - .now)
      self.giveUp(number)
    }
    defer { alarm.cancel() }
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Match?, any Error>) in
        let waiter = Waiter(
          see: { event in
            if let found = match(event) {
              continuation.resume(returning: found)
            } else if case .failed(let stage, let message) = event {
              continuation.resume(throwing: CampaignError(.endpoint, stage: stage, message))
            } else {
              return false
            }
            return true
          },
          fail: { continuation.resume(throwing: $0) },
          giveUp: { continuation.resume(returning: nil) })
        if Task.isCancelled { return continuation.resume(throwing: CancellationError()) }
        if events.contains(where: waiter.see) { return }
        if let end { return waiter.fail(end) }
        waiters[number] = waiter
      }
    } onCancel: {
      Task { await self.giveUp(number) }
    }
  }

  private func giveUp(_ number: Int) {
    waiters.removeValue(forKey: number)?.giveUp()
  }

  /// The first matching event within `time`.
  ///
  /// - Throws: `CampaignError` if there is none in time, if the endpoint fails, or if it is gone.
  nonisolated func expect<Match: Sendable>(
    _ what: String, within time: Duration = .seconds(10), _ match: @escaping @Sendable (Event) -> Match?
  ) async throws -> Match {
    // A process that a fault has killed reports nothing new.
    let patience = wasKilled ? Duration.zero : time
    guard let found = try await first(by: .now + patience, match) else {
      try Task.checkCancellation()
      if wasKilled { throw CampaignError(.endpoint, stage: "wait for the \(name)", "a fault has killed it") }
      throw CampaignError(.endpoint, stage: "wait for the \(name)", "no event '\(what)' within \(time.spelled)")
    }
    return found
  }

  // MARK: - Faults

  /// Whether a fault has killed the process. That is not a failure of the measurement: the endpoint only stops
  /// reporting.
  nonisolated var wasKilled: Bool { process.wasKilled }

  /// A fault does something to the process that may outlast the role: the process gets no other role.
  nonisolated func touch() {
    isTouched.withLock { $0 = true }
  }

  /// The process, for any use by a fault; nil before it runs, and once it is gone.
  nonisolated func surrender() -> ProcessHandle? {
    touch()
    return process.handle
  }

  /// Sends SIGKILL, as a fault, and waits until the process is gone: the kernel closes its connections. Returns when
  /// the signal was sent.
  nonisolated func killByFault() async throws -> Moment {
    touch()
    return try await process.killByFault(named: name)
  }

  // MARK: - The end

  /// Lets it abort its connections, and waits until the role has ended. The process is kept for another role if the
  /// pool keeps processes, no fault has affected it, and it reports no failure.
  nonisolated func stop() async {
    send(.quit)
    if isTouched.withLock({ $0 }) {
      process.resume()
    } else if pool.keeps, await hasEnded() {
      return pool.takeBack(process)
    }
    await process.end()
  }

  /// Kills the process, if it still runs, and waits.
  nonisolated func kill() async {
    await process.kill()
  }

  nonisolated private func hasEnded() async -> Bool {
    do {
      return try await first(by: .now + .seconds(2)) { if case .ended = $0 { true } else { nil } } ?? false
    } catch {
      // It has failed, or is gone.
      return false
    }
  }
}
