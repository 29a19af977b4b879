import Model

/// How faithfully the virtual clock reproduces the real one: rows of both, paired and compared detector by detector.
public struct Fidelity: Sendable {
  /// The pairs of one detector in one scenario, seen from one side, on one kernel for each clock.
  public struct Group: Sendable {
    public var plan: String
    public var scenario: String
    public var fault: FaultKind
    public var faultTarget: String
    public var detector: String
    public var observer: Observer
    public var mode: DetectorMode
    /// The kernel on which each clock's rows ran; nil if it has none.
    public var real: Place?
    public var virtual: Place?
    public var pairs: [ClockPair]
    /// Rows without a partner by the other clock, and rows that do not count (see `RowStanding`).
    public var unpaired: Int
    /// Rows of the virtual clock that repeat a draw on the same kernel: the same measurement again, left out.
    public var repeats: Int

    public func count(_ verdict: ClockPair.Verdict) -> Int { pairs.count { $0.verdict == verdict } }

    /// Pairs that could be compared.
    public var decided: Int { pairs.count - count(.undecided) }

    /// The pairs that differ, each with the way in which it does.
    public var differing: [(pair: ClockPair, how: ClockPair.Disagreement)] {
      pairs.compactMap { pair in if case .differs(let how) = pair.verdict { (pair, how) } else { nil } }
    }

    /// Over all pairs, missed trials as censored.
    public var realDetection: TimeStatistics { Self.statistics(pairs.map(\.real)) }
    public var virtualDetection: TimeStatistics { Self.statistics(pairs.map(\.virtual)) }

    /// The least and the greatest difference of detection times, of pairs that were compared.
    public var difference: ClosedRange<Duration>? { hull(timed.compactMap(\.difference).map { $0...$0 }) }
    /// The least and the greatest difference that any of these pairs may have; each is compared with its own limits.
    public var allowed: ClosedRange<Duration>? { hull(timed.compactMap(\.allowed)) }

    private var timed: [ClockPair] {
      pairs.filter { $0.verdict != .undecided && $0.difference != nil && $0.allowed != nil }
    }

    private func hull(_ ranges: [ClosedRange<Duration>]) -> ClosedRange<Duration>? {
      guard let least = ranges.map(\.lowerBound).min(), let greatest = ranges.map(\.upperBound).max() else {
        return nil
      }
      return least...greatest
    }

    private static func statistics(_ rows: [ResultRow]) -> TimeStatistics {
      var sample = Sample()
      for row in rows {
        if let detection = row.detection {
          sample.insert(detection)
        } else if row.outcome == .missed, let waited = row.observed {
          sample.insert(beyond: waited)
        }
      }
      return TimeStatistics(sample.sorted())
    }
  }

  /// A kernel that rows were measured on.
  public struct Place: Sendable, Hashable {
    public var kernel: String
    public var hz: Int
  }

  /// In order of first appearance.
  public var groups: [Group]
  /// How many pairs each group must have.
  public var pairsNeeded: Int

  public var pairs: Int { groups.reduce(0) { $0 + $1.pairs.count } }
  public var decided: Int { groups.reduce(0) { $0 + $1.decided } }
  public var differing: Int { groups.reduce(0) { $0 + $1.differing.count } }
  /// Groups with fewer pairs than needed.
  public var short: [Group] { groups.filter { $0.pairs.count < pairsNeeded } }

  /// `failed` if any pair differs; `inconclusive` if some group has too few, or no pair could be compared.
  public var exitStatus: ExitStatus {
    if differing > 0 { return .failed }
    return short.isEmpty && decided > 0 ? .success : .inconclusive
  }
}
