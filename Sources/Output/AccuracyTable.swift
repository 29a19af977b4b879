import Model
import Results

/// How accurate the detectors in mode `watch` were, as a second table under a scenario's first (Chen et al. 2002).
enum AccuracyTable {
  /// After an empty line; nothing if no detector watched.
  static func lines(_ groups: [GroupSummary], _ style: TextStyle) -> [String] {
    let watching = groups.compactMap { group in group.accuracy.map { (group: group, accuracy: $0) } }
    if watching.isEmpty { return [] }
    var table = TextTable(rowCount: watching.count)
    table.addColumn("accuracy of", .left, watching.map { StyledText($0.group.detector) })
    if Set(watching.map(\.group.observer)).count > 1 {
      table.addColumn("observer", .left, watching.map { StyledText($0.group.observer.rawValue) })
    }
    func add(_ title: String, _ cell: (GroupSummary, AccuracyMetrics) -> String?) {
      table.addColumn(title, .right, watching.map { StyledText(cell($0.group, $0.accuracy) ?? "") })
    }
    add("watched\ns") { $1.watchedAlive.thousandths }
    add("mistakes") { "\($1.mistakes)" }
    add("T_D median\ns") { group, _ in group.neverDetected ? "never" : group.detection.median?.spelled }
    add("its 95 %\nCI, s") { group, _ in
      group.neverDetected
        ? nil : group.detection.medianInterval.map { rangeSpelled($0.lower.spelled, $0.upper.spelled) }
    }
    add("T_D p95\ns") { group, _ in group.neverDetected ? nil : group.detection.p95?.spelled }
    add("T_MR\ns") { $1.mistakeRecurrence?.spelled }
    add("T_M\ns") { $1.mistakeDuration?.thousandths }
    add("P_A") { $1.queryAccuracy.map(probability) }
    add("false\nalarms/h") { $1.falseAlarmsPerHour.map(rate) }
    return [""] + table.lines(style)
  }

  /// To six decimals, rounded down: what is spelled 1 was without a mistake.
  private static func probability(_ value: Double) -> String { "\((value * 1e6).rounded(.down) / 1e6)" }

  private static func rate(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
}
