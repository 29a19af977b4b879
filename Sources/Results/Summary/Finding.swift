import Model

/// A row that needs attention.
public struct Finding: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    /// The outcome disagrees with the prediction: a bug in the model, the harness or the kernel.
    case outsidePrediction(outcome: Outcome, detection: Duration?, predicted: Prediction?)
    /// nil: nothing was injected. The reason comes from the proof: what was not seen.
    case unconfirmed(FaultVerdict?, reason: String?)
    case error(reason: String?)
  }

  public var run: String
  public var trial: Int
  public var detector: String
  public var observer: Observer
  /// The worst lateness of the observer's event loop.
  public var lag: Duration?
  public var kind: Kind

  init(_ row: ResultRow, _ kind: Kind) {
    run = row.run
    trial = row.trial
    detector = row.detector
    observer = row.observer
    lag = row.lag
    self.kind = kind
  }
}

/// Findings of one kind, up to a limit.
public struct FindingList: Sendable, Hashable {
  public private(set) var items: [Finding] = []
  /// How many more there are.
  public private(set) var omitted = 0
  private let limit: Int

  init(limit: Int) {
    self.limit = limit
  }

  public var count: Int { items.count + omitted }

  mutating func add(_ finding: @autoclosure () -> Finding) {
    if items.count < limit { items.append(finding()) } else { omitted += 1 }
  }
}
