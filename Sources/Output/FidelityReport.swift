import Model
import Results

/// How faithfully the virtual clock reproduces the real one.
extension ReportFormat {
  /// The comparison, ended by a line feed.
  public func fidelity(_ fidelity: Fidelity, style: TextStyle = .plain) -> String {
    switch self {
    case .table: FidelityTable.text(fidelity, style: style)
    case .json: FidelityJSON.text(fidelity)
    }
  }
}

/// A table for each scenario, each pair that differs, and what it comes to.
enum FidelityTable {
  /// Of each scenario, pairs beyond this many are only counted.
  private static let limit = 20

  static func text(_ fidelity: Fidelity, style: TextStyle) -> String {
    if fidelity.groups.isEmpty { return "no rows\n" }
    let tables = sections(fidelity.groups).map { section in
      (title(section[0]) + table(section, fidelity.pairsNeeded).lines(style).map { "  \($0)" } + differing(section))
        .map { $0 + "\n" }.joined()
    }
    return tables.joined(separator: "\n") + "\n" + conclusion(fidelity).map { $0 + "\n" }.joined()
  }

  /// Groups of one scenario on the same kernels, in order of first appearance.
  private static func sections(_ groups: [Fidelity.Group]) -> [[Fidelity.Group]] {
    var sections: [[Fidelity.Group]] = []
    for group in groups {
      let index = sections.firstIndex {
        $0[0].plan == group.plan && $0[0].scenario == group.scenario && $0[0].real == group.real
          && $0[0].virtual == group.virtual
      }
      if let index { sections[index].append(group) } else { sections.append([group]) }
    }
    return sections
  }

  private static func title(_ group: Fidelity.Group) -> [String] {
    func spelled(_ place: Fidelity.Place?) -> String { place.map { "kernel \($0.kernel) HZ \($0.hz)" } ?? "no rows" }
    return [
      "\(group.scenario): \(group.fault.rawValue) \(group.faultTarget), plan \(group.plan)",
      "  real clock \(spelled(group.real)); virtual clock \(spelled(group.virtual))",
      "",
    ]
  }

  private static func table(_ groups: [Fidelity.Group], _ pairsNeeded: Int) -> TextTable {
    var table = TextTable(rowCount: groups.count)
    func add(_ title: String, _ alignment: TextTable.Alignment, _ cell: (Fidelity.Group) -> StyledText) {
      table.addColumn(title, alignment, groups.map(cell))
    }
    add("detector", .left) { StyledText($0.detector) }
    if Set(groups.map(\.observer)).count > 1 { add("observer", .left) { StyledText($0.observer.rawValue) } }
    if Set(groups.map(\.mode)).count > 1 { add("mode", .left) { StyledText($0.mode.rawValue) } }
    add("pairs", .right) { "\($0.pairs.count)" }
    add("no\npartner", .right) { StyledText($0.unpaired > 0 ? "\($0.unpaired)" : "") }
    add("outcomes by\nreal clock", .left) { StyledText(outcomes($0.pairs.map(\.real))) }
    add("outcomes by\nvirtual clock", .left) { StyledText(outcomes($0.pairs.map(\.virtual))) }
    add("median\nreal s", .right) { StyledText($0.realDetection.median?.spelled ?? "") }
    add("median\nvirtual s", .right) { StyledText($0.virtualDetection.median?.spelled ?? "") }
    add("difference\nms", .right) { StyledText($0.difference.map(milliseconds) ?? "") }
    add("allowed\nms", .right) { StyledText($0.allowed.map(milliseconds) ?? "") }
    add("", .left) { verdict($0, pairsNeeded) }
    return table
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

  private static func differing(_ groups: [Fidelity.Group]) -> [String] {
    let lines = groups.flatMap { group in
      group.differing.map { pair, how in
        "    trial \(pair.real.trial) seed \(pair.real.seed) \(group.detector)"
          + "\(group.observer == .client ? "" : " (\(group.observer.rawValue))"): \(description(pair, how))\(suspicion(pair))"
      }
    }
    if lines.isEmpty { return [] }
    let more = lines.count > limit ? ["    ... and \(lines.count - limit) more"] : []
    return ["", "  differs beyond the timer wheels: \(lines.count)"] + lines.prefix(limit) + more
  }

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

  /// Which of the two is the odd one, as far as the rows tell.
  private static func suspicion(_ pair: ClockPair) -> String {
    [pair.real, pair.virtual].map { row in
      let outside = row.withinPrediction == false ? "; the \(row.clock.spelled)'s is outside its own prediction" : ""
      let late =
        row.lag.map { $0 > .milliseconds(10) ? "; its event loop ran up to \($0.threeFigures) late" : "" } ?? ""
      return outside.isEmpty ? "" : outside + late
    }.joined()
  }

  private static func conclusion(_ fidelity: Fidelity) -> [String] {
    let undecided = fidelity.pairs - fidelity.decided
    let inside = fidelity.decided - fidelity.differing
    var lines = [
      "\(inside) of \(fidelity.decided) pairs agree: the same outcome and signal, and a difference within what both "
        + "kernels' timer wheels allow (each timer fires 1 to 8^n ticks of 1/HZ late)"
    ]
    if undecided > 0 { lines.append("\(undecided) more have no closed form to be held against") }
    if !fidelity.short.isEmpty {
      let names = fidelity.short.map { "\($0.scenario): \($0.detector)" }
      lines.append("fewer than \(fidelity.pairsNeeded) pairs: \(names.joined(separator: ", "))")
    }
    return lines
  }

  /// `-31.2..77.0`.
  private static func milliseconds(_ range: ClosedRange<Duration>) -> String {
    func spelled(_ duration: Duration) -> String { "\((duration.inSeconds * 10_000).rounded() / 10)" }
    return rangeSpelled(spelled(range.lowerBound), spelled(range.upperBound))
  }
}
