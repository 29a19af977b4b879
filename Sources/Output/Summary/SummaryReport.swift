import JSON
import Model
import Results

extension Report {
  /// The summary of rows, scenario by scenario, and whether it was expected.
  ///
  /// - Parameters:
  ///   - run: the run that wrote these rows, if they are of one run in this call.
  ///   - closing: lines below everything else, for people.
  public static func summary(
    _ summary: Summary, expectations: [ExpectationResult] = [], run: RunFacts? = nil, closing: [String] = []
  ) -> Report {
    let scenarios = summary.scenarios.map(SummaryBlocks.section)
    return Report(
      "summary",
      blocks: frame(
        scenarios.isEmpty ? [.lines(["no rows"])] : scenarios, expectations: expectations, run: run, closing: closing),
      data: SummaryValues.members(summary, expectations: expectations, run: run))
  }

  /// The frame of every report of rows: its run, the expectations, and the caller's last lines.
  static func frame(
    _ blocks: [Block], expectations: [ExpectationResult], run: RunFacts?, closing: [String]
  ) -> [Block] {
    let head: [Block] = run.map { [.lines([StyledText($0.header)])] } ?? []
    let verdicts = ExpectationBlocks.verdicts(expectations)
    let tail: [Block] = [.verdicts(verdicts), .lines(closing.map { StyledText($0) })]
    return head + blocks + tail.filter { !$0.isEmpty }
  }
}

extension Report.Block {
  var isEmpty: Bool {
    switch self {
    case .section, .table: false
    case .lines(let lines): lines.isEmpty
    case .list(let title, let items): title == nil && items.isEmpty
    case .definitions(let definitions): definitions.isEmpty
    case .verdicts(let verdicts): verdicts.isEmpty
    }
  }
}

/// One scenario's rows: its conditions, its detectors, and what needs attention.
enum SummaryBlocks {
  static func section(_ scenario: ScenarioSummary) -> Report.Block {
    let watching = scenario.groups.compactMap(WatchingGroup.init)
    let tables: [Report.Block] = [
      .table(
        Table("detectors", context: context(scenario), rows: scenario.groups, columns: SummaryColumns.all)),
      .table(Table("accuracy", context: context(scenario), rows: watching, columns: AccuracyColumns.all)),
    ]
    return .section(
      "\(scenario.scenario): \(scenario.fault.rawValue) \(scenario.faultTarget)",
      [.lines(conditions(scenario))] + tables
        + ([.lines(SummaryNotes.notes(scenario))] + FindingBlocks.lists(scenario)).filter { !$0.isEmpty })
  }

  private static func conditions(_ scenario: ScenarioSummary) -> [StyledText] {
    let cables = scenario.cables.map { "  cables \($0)" } ?? ""
    let hz = scenario.hz.map { "\($0)" }.joined(separator: ", ")
    let runs = scenario.runs.count == 1 ? "run \(scenario.runs[0])" : "\(scenario.runs.count) runs"
    let seeds = scenario.seeds.count == 1 ? "seed \(scenario.seeds[0])" : "\(scenario.seeds.count) seeds"
    return [
      "timeline \(scenario.timeline)",
      "path \(scenario.path.rawValue) \(scenario.family.rawValue)\(cables)  workload \(scenario.workload)",
      "clock \(scenario.clock.rawValue)  kernel \(scenario.kernel)  HZ \(hz)",
      "\(runs)  \(seeds)  plan \(scenario.plan)",
    ]
  }

  private static func context(_ scenario: ScenarioSummary) -> [JSONValue.Member] {
    [
      .init("scenario", .string(scenario.scenario)), .init("plan", .string(scenario.plan)),
      .init("fault", .string(scenario.fault.rawValue)), .init("fault_target", .string(scenario.faultTarget)),
      .init("clock", .string(scenario.clock.rawValue)), .init("kernel", .string(scenario.kernel)),
    ]
  }
}
