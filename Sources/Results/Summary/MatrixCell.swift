import Model

/// What a detector does about a fault: the result of most of its counted trials.
public struct MatrixCell: Sendable {
  /// In the order in which ties are decided: the worst result first.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Declared dead without cause.
    case falseAlarm = "false-alarm"
    /// Not declared, though it should have been.
    case never
    /// Declared dead after the heal of a connection that could have recovered.
    case late
    /// The connection works after the heal, or the fault did not affect it, and the peer was not declared dead.
    case survives
    case detected
    /// No trial counts: the fault was not confirmed, or nothing could be measured.
    case unknown
  }

  public var kind: Kind
  /// How many of the counted trials ended in `kind`.
  public var agreeing: Int
  public var group: GroupSummary

  public var counted: Int { group.counted }

  /// The median detection time, missed trials as censored; only of cells that are `detected`.
  public var median: Duration? {
    guard kind == .detected, case .at(let time) = group.detection.median else { return nil }
    return time
  }

  public init(_ group: GroupSummary) {
    self.group = group
    let outcomes = group.outcomes
    let counts: [(kind: Kind, count: Int)] = [
      (.falseAlarm, outcomes[.falseAlarm]), (.never, outcomes[.missed]), (.late, outcomes[.late]),
      (.survives, outcomes[.survived] + outcomes[.unaffected]), (.detected, outcomes[.detected]),
    ]
    let most = counts.map(\.count).max() ?? 0
    guard most > 0, let first = counts.first(where: { $0.count == most }) else {
      kind = .unknown
      agreeing = 0
      return
    }
    kind = first.kind
    agreeing = most
  }
}
