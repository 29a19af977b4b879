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
    /// Tries to satisfy the waiter with what is there; true once it is done.
    let attempt: ([Event], CampaignError?) -> Bool
    let giveUp: () -> Void
  }

  func deliver(_ event: Event) {
    history.append(event)
    serve()
  }

  /// Marks the endpoint as gone. Only the first reason counts.
  func close(_ reason: CampaignError) {
    if end == nil { end = reason }
    serve()
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
          attempt: { history, end in
            for event in history {
              if let found = match(event) {
                continuation.resume(returning: found)
                return true
              }
              if case .failed(let stage, let message) = event {
                continuation.resume(throwing: CampaignError(.endpoint, stage: stage, message))
                return true
              }
            }
            guard let end else { return false }
            continuation.resume(throwing: end)
            return true
          }, giveUp: { continuation.resume(returning: nil) })
        if Task.isCancelled {
          continuation.resume(throwing: CancellationError())
        } else if !waiter.attempt(history, end) {
          waiters[number] = waiter
        }
      }
    } onCancel: {
      Task { await self.giveUp(number) }
    }
  }

  private func serve() {
    for (number, waiter) in waiters where waiter.attempt(history, end) { waiters[number] = nil }
  }

  private func giveUp(_ number: Int) {
    waiters.removeValue(forKey: number)?.giveUp()
  }
}
