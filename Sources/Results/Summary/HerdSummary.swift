import Model

/// What several clients in one lab did together, all trials pooled.
public struct HerdSummary: Sendable, Hashable {
  public var clients: Int
  /// How many of these declared the server dead.
  public var declared: Int
  /// How many of these were answered after their failover.
  public var failedOver: Int
  /// A trial's time from t0 to the last of these answers.
  public var lastFailover: TimeStatistics
}

/// Collects the rows of labs with several clients.
struct HerdAccumulator: Sendable {
  private var clients = 0
  private var declared = 0
  private var failedOver = 0
  private var lastFailover = Sample()

  mutating func add(_ row: ResultRow) {
    guard let clients = row.clients, clients > 1 else { return }
    self.clients += clients
    declared += row.clientsDeclared ?? 0
    failedOver += row.clientsFailedOver ?? 0
    if let time = row.lastFailover { lastFailover.insert(time) }
  }

  /// nil if no lab had several.
  func summary() -> HerdSummary? {
    if clients == 0 { return nil }
    return HerdSummary(
      clients: clients, declared: declared, failedOver: failedOver, lastFailover: TimeStatistics(lastFailover.sorted()))
  }
}
