import JSON
import Model
import Results

/// The comparison of both clocks for one detector: one entry for each column.
enum FidelityColumns {
  typealias Column = ColumnDescription<Fidelity.Group>
  typealias Cell = Table.Cell

  static func all(pairsNeeded: Int) -> [Column] {
    [
      Column("detector", "detector", .left) { .text($0.detector) },
      Column("observer", "observer", .left, isShownIfVaried: true) { .text($0.observer.rawValue) },
      Column("mode", "mode", .left, isShownIfVaried: true) { .text($0.mode.rawValue) },
      Column("pairs", "pairs") { .count($0.pairs.count) },
      Column("unpaired", "no\npartner", .right, .important) {
        Cell($0.unpaired > 0 ? "\($0.unpaired)" : nil, .count($0.unpaired))
      },
      Column("outcomes_real", "outcomes by\nreal clock", .left, .useful) { .text(outcomes($0.pairs.map(\.real))) },
      Column("outcomes_virtual", "outcomes by\nvirtual clock", .left, .useful) {
        .text(outcomes($0.pairs.map(\.virtual)))
      },
      Column("median_real_s", "median\nreal s") { .time($0.realDetection.median) },
      Column("median_virtual_s", "median\nvirtual s") { .time($0.virtualDetection.median) },
      Column("difference_min_s", nil) { .duration($0.difference?.lowerBound) },
      Column("difference_max_s", nil) { .duration($0.difference?.upperBound) },
      Column(nil, "difference\nms", .right, .important) {
        Cell($0.difference.map { StyledText(FidelityWords.milliseconds($0)) })
      },
      Column("allowed_min_s", nil) { .duration($0.allowed?.lowerBound) },
      Column("allowed_max_s", nil) { .duration($0.allowed?.upperBound) },
      Column(nil, "allowed\nms", .right, .important) {
        Cell($0.allowed.map { StyledText(FidelityWords.milliseconds($0)) })
      },
      Column("verdict", "", .left) {
        let verdict = verdict($0, pairsNeeded)
        return Cell(verdict, .string(verdict.plain))
      },
    ]
  }

  private static func outcomes(_ rows: [ResultRow]) -> String {
    Outcome.allCases.compactMap { outcome in
      let count = rows.count { $0.outcome == outcome }
      return count > 0 ? "\(count) \(outcome.rawValue)" : nil
    }.joined(separator: ", ")
  }

  private static func verdict(_ group: Fidelity.Group, _ pairsNeeded: Int) -> StyledText {
    let differing = group.differing.count
    if differing > 0 { return StyledText("DIFFERS in \(differing)", .red) }
    if group.pairs.count < pairsNeeded { return StyledText("too few pairs", .yellow) }
    if group.decided == 0 { return StyledText("no closed form") }
    let part = group.decided < group.pairs.count ? " in \(group.decided)" : ""
    return StyledText("agrees\(part)", .green)
  }
}

/// The values of pairs.
enum FidelityWords {
  static func description(_ pair: ClockPair, _ how: ClockPair.Disagreement) -> String {
    switch how {
    case .outcome: "\(pair.real.outcome.rawValue), by the virtual clock \(pair.virtual.outcome.rawValue)"
    case .signal:
      "\(pair.real.signal?.spelled ?? "no signal"), by the virtual clock \(pair.virtual.signal?.spelled ?? "none")"
    case .detection:
      "\(pair.real.detection?.thousandths ?? "") s, by the virtual clock \(pair.virtual.detection?.thousandths ?? "") s: "
        + "\(pair.difference.map { milliseconds($0...$0) } ?? "") ms, and \(pair.allowed.map(milliseconds) ?? "") ms are "
        + "allowed"
    }
  }

  /// Which of the two rows is probably wrong, as far as the rows show it.
  static func suspicion(_ pair: ClockPair) -> String {
    [pair.real, pair.virtual].map { row in
      let outside = row.withinPrediction == false ? "; the \(row.clock.spelled)'s is outside its own prediction" : ""
      let late =
        row.lag.map { $0 > .milliseconds(10) ? "; its event loop ran up to \($0.threeFigures) late" : "" } ?? ""
      return outside.isEmpty ? "" : outside + late
    }.joined()
  }

  /// `-31.2..77.0`.
  static func milliseconds(_ range: ClosedRange<Duration>) -> String {
    rangeSpelled(range.lowerBound.tenthsOfMilliseconds, range.upperBound.tenthsOfMilliseconds)
  }
}
