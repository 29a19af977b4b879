import EndpointProtocol
import Lab
import Model

/// The events of one endpoint, kept in order, and whoever waits for one.
actor Mailbox {
  private var history: [Event] = []
  /// Why no further event will come.
  private var end: CampaignError?
  private var waiters: [Int: Waiter] = [:]
  private var waitersMade = 0

  private struct Waiter {
    /// Shows it an event that it has not seen; true once it is done.
    let see: (Event) -> Bool
    let fail: (CampaignError) -> Void
    let giveUp: () -> Void
  }

  func deliver(_ event: Event) {
    history.append(event)
    for (number, waiter) in waiters where waiter.see(event) { waiters[number] = nil }
  }

  /// Marks the endpoint as gone. Only the first reason counts.
  func close(_ reason: CampaignError) {
    if end == nil { end = reason }
    for waiter in waiters.values { waiter.fail(end ?? reason) }
    waiters = [:]
  }

  /// All events so far.
  var events: [Event] { history }

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
        if history.contains(where: waiter.see) { return }
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
}
