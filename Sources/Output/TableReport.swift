import Model
import Results

/// A summary as tables for people, one for each scenario.
public enum TableReport {
  /// All scenarios, ended by a line feed; empty if there is none.
  public static func text(_ summary: Summary, style: TextStyle) -> String {
    if summary.scenarios.isEmpty { return "no rows\n" }
    return summary.scenarios.map { scenario in
      let table = table(scenario.groups).lines(style).map { "  \($0)" }
      let findings = FindingReport.lines(scenario).map { $0.isEmpty ? "" : "  \($0)" }
      let accuracy = AccuracyTable.lines(scenario.groups, style).map { $0.isEmpty ? "" : "  \($0)" }
      return (title(scenario) + table + accuracy + findings).map { $0 + "\n" }.joined()
    }.joined(separator: "\n")
  }

  private static func title(_ scenario: ScenarioSummary) -> [String] {
    let cables = scenario.cables.map { "  cables \($0)" } ?? ""
    let hz = scenario.hz.map { "\($0)" }.joined(separator: ", ")
    let runs = scenario.runs.count == 1 ? scenario.runs[0] : "\(scenario.runs.count) runs"
    return [
      "\(scenario.scenario): \(scenario.fault.rawValue) \(scenario.faultTarget)",
      "  timeline \(scenario.timeline)",
      "  path \(scenario.path.rawValue) \(scenario.family.rawValue)\(cables)  workload \(scenario.workload)",
      "  clock \(scenario.clock.rawValue)  kernel \(scenario.kernel)  HZ \(hz)  "
        + "run \(runs)  plan \(scenario.plan)",
      "",
    ]
  }

  private static func table(_ groups: [GroupSummary]) -> TextTable {
    var table = TextTable(rowCount: groups.count)
    func add(_ title: String, _ alignment: TextTable.Alignment, _ cell: (GroupSummary) -> StyledText) {
      table.addColumn(title, alignment, groups.map(cell))
    }
    func add(_ title: String, _ cell: (GroupSummary) -> String?) {
      add(title, .right) { StyledText(cell($0) ?? "") }
    }

    add("detector", .left) { StyledText($0.detector) }
    if Set(groups.map(\.observer)).count > 1 { add("observer", .left) { StyledText($0.observer.rawValue) } }
    if Set(groups.map(\.mode)).count > 1 { add("mode", .left) { StyledText($0.mode.rawValue) } }
    // What does not count is told below the table.
    add("n") { "\($0.counted)" }
    add("outcomes", .left, outcomes)
    add("median\ns") { $0.neverDetected ? "never" : $0.detection.median?.spelled }
    add("its 95 %\nCI, s") { group in
      group.neverDetected
        ? nil : group.detection.medianInterval.map { rangeSpelled($0.lower.spelled, $0.upper.spelled) }
    }
    add("p95\ns") { $0.neverDetected ? nil : $0.detection.p95?.spelled }
    add("min..max\ns", detectionRange)
    add("predicted\ns") { $0.predicted?.spelled }
    add("worst\ncase s") { $0.worstCase?.thousandths }
    add("recovery\ns") { $0.recovery.median?.spelled }
    add("failover\ns") { $0.failover.median?.spelled }
    add("clients\nover") { group in group.herd.map { "\($0.failedOver)/\($0.clients)" } }
    add("the last\ns") { $0.herd?.lastFailover.median?.spelled }
    add("failed\nattempts") { $0.failedAttempts.map { "\($0)" } }
    add("learned\ns") { $0.learnedInterval.median?.spelled }
    add("lost\nof sent") { group in group.requestsLost.map { "\($0)/\(group.requestsSent ?? 0)" } }
    add("segs\n/h") { $0.segmentsPerHour.map(whole) }
    add("bytes\n/h") { $0.wireBytesPerHour.map(whole) }
    return table
  }

  /// `8 detected, 2 missed`; of false alarms also why: `3 false-alarm (slow)`.
  private static func outcomes(_ group: GroupSummary) -> StyledText {
    let words = group.outcomes.entries.map { entry in
      var parts: [StyledText] = ["\(entry.count)", StyledText(entry.word.rawValue, entry.word.colour)]
      let reasons = group.reasons.entries.filter { $0.outcome == entry.word && $0.outcome == .falseAlarm }
      let spelled = reasons.map { $0.count == entry.count ? $0.reason : "\($0.count) \($0.reason)" }
      if !spelled.isEmpty { parts.append(StyledText("(\(spelled.joined(separator: ", ")))")) }
      return StyledText(joining: parts, separator: " ")
    }
    return StyledText(joining: words, separator: ", ")
  }

  private static func detectionRange(_ group: GroupSummary) -> String? {
    guard let min = group.detection.min, let max = group.detection.max else { return nil }
    if case .beyond = min { return min.spelled }
    return rangeSpelled(min.spelled, max.spelled)
  }

  private static func whole(_ rate: Double) -> String {
    rate < 1e15 ? "\(Int64(rate.rounded()))" : "\(rate)"
  }
}
