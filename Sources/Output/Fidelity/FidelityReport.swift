import JSON
import Model
import Results

extension Report {
  /// How faithfully the virtual clock reproduces the real one.
  public static func fidelity(_ fidelity: Fidelity) -> Report {
    Report("fidelity", blocks: FidelityBlocks.blocks(fidelity), data: FidelityValues.members(fidelity))
  }
}

/// A table for each scenario, each pair that differs, and the conclusion.
enum FidelityBlocks {
  /// For each scenario, pairs beyond this many are only counted.
  private static let limit = 20

  static func blocks(_ fidelity: Fidelity) -> [Report.Block] {
    if fidelity.groups.isEmpty { return [.lines(["no rows"])] }
    return sections(fidelity.groups).map { section($0, fidelity.pairsNeeded) } + [.lines(conclusion(fidelity))]
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

  private static func section(_ groups: [Fidelity.Group], _ pairsNeeded: Int) -> Report.Block {
    let first = groups[0]
    func spelled(_ place: Fidelity.Place?) -> String { place.map { "kernel \($0.kernel) HZ \($0.hz)" } ?? "no rows" }
    let table = Table(
      "detectors", context: [.init("scenario", .string(first.scenario)), .init("plan", .string(first.plan))],
      rows: groups, columns: FidelityColumns.all(pairsNeeded: pairsNeeded))
    let repeats = groups.reduce(0) { $0 + $1.repeats }
    let blocks: [Report.Block] = [
      .lines(["real clock \(spelled(first.real)); virtual clock \(spelled(first.virtual))"]),
      .table(table),
      .lines(
        repeats == 0
          ? []
          : [
            StyledText(
              "virtual rows that repeat a trial of the same plan and seed: \(repeats), each counted once", .yellow)
          ]),
      differing(groups),
    ]
    return .section(
      "\(first.scenario): \(first.fault.rawValue) \(first.faultTarget), plan \(first.plan)",
      blocks.filter { !$0.isEmpty })
  }

  private static func differing(_ groups: [Fidelity.Group]) -> Report.Block {
    let lines = groups.flatMap { group in
      group.differing.map { pair, how in
        StyledText(
          "trial \(pair.real.trial) seed \(pair.real.seed) \(group.detector)"
            + "\(group.observer == .client ? "" : " (\(group.observer.rawValue))"): "
            + "\(FidelityWords.description(pair, how))\(FidelityWords.suspicion(pair))")
      }
    }
    if lines.isEmpty { return .list(nil, []) }
    let more: [StyledText] = lines.count > limit ? ["... and \(lines.count - limit) more"] : []
    return .list("differs beyond the timer wheels: \(lines.count)", lines.prefix(limit) + more)
  }

  private static func conclusion(_ fidelity: Fidelity) -> [StyledText] {
    let inside = fidelity.decided - fidelity.differing
    let undecided = fidelity.pairs - fidelity.decided
    var lines: [StyledText] = [
      "\(inside) of \(fidelity.decided) pairs agree: the same outcome and signal, and a difference within what both",
      "kernels' timer wheels allow (each timer fires 1 to 8^n ticks of 1/HZ late)",
    ]
    if undecided > 0 { lines.append("\(undecided) more have no closed form to be held against") }
    if !fidelity.short.isEmpty {
      let names = fidelity.short.map { "\($0.scenario): \($0.detector)" }
      lines.append("fewer than \(fidelity.pairsNeeded) pairs: \(names.joined(separator: ", "))")
    }
    return lines
  }
}
