import Model

/// Whether a row counts.
public enum RowStanding: Sendable, Hashable {
  /// In statistics and gates: its fault was confirmed, or it is a false alarm before anything was injected.
  case counted
  /// Not counted: the fault was not confirmed to have happened.
  case unconfirmed
  /// Not counted: it could not be measured.
  case error
}

extension ResultRow {
  public var standing: RowStanding {
    if outcome == .error { return .error }
    switch faultVerdict {
    case .confirmed: return .counted
    case nil: return outcome == .falseAlarm ? .counted : .unconfirmed
    case .inconclusive, .mismatch: return .unconfirmed
    }
  }

  /// What was predicted; nil if nothing was.
  public var prediction: Prediction? {
    if let predictedMin, let predictedMax { return .range(min: predictedMin, max: predictedMax) }
    // See `withinPrediction`.
    return withinPrediction == nil ? nil : .never
  }
}
