import Campaign
import JSON
import Model
import Output
import Results
import ScenarioReader

/// The report of `flatline validate` on valid scenarios.
struct ValidationReport {
  /// One expectation, and how many trials it needs.
  private struct Need {
    let scenario: String
    let trials: Int
    let expectation: Model.Expectation

    var needed: Int { expectation.condition.requiredTrials }
    var condition: String { "\(expectation.detector ?? "every detector"): \(expectation.condition.spelled)" }
    var isEnough: Bool { needed <= trials }
  }

  static func report(_ scenarios: [Scenario]) throws -> Report {
    var blocks: [Report.Block] = []
    var data: [JSONValue] = []
    for scenario in scenarios {
      let plan = try Planner.plan([scenario], seed: 0)
      let real = plan.longestTime(on: .real, jobs: Capacity.ofThisMachine().standard)
      // Scenarios that cannot be timed there at all are reported by --clock virtual.
      let virtual =
        scenario.obstacles(to: .virtual).isEmpty ? plan.longestTime(on: .virtual, jobs: 1) : nil
      blocks.append(block(scenario, real: real, virtual: virtual))
      data.append(json(scenario, real: real, virtual: virtual))
    }
    let table = Table("expectations", rows: scenarios.flatMap(needs), columns: columns)
    return Report("validate", blocks: blocks + [.table(table)], data: [.init("scenarios", .array(data))])
  }

  private static func needs(_ scenario: Scenario) -> [Need] {
    scenario.expectations.map { Need(scenario: scenario.name, trials: scenario.trials, expectation: $0) }
  }

  private static func block(_ scenario: Scenario, real: Duration, virtual: Duration?) -> Report.Block {
    let detectors = scenario.detectors.map(\.name).joined(separator: ", ")
    let other = virtual.map { ", or \($0.roughly(.up)) of virtual time" } ?? ""
    let lines: [StyledText] =
      ["takes at most \(real.roughly(.up)) on the real clock\(other), if nothing is detected"]
      + needs(scenario).map { need in
        let text = "\(need.expectation.location): \(need.condition): needs \(need.needed), has \(need.trials)"
        return need.isEnough
          ? StyledText(text)
          : StyledText(joining: [StyledText(text), StyledText("would be inconclusive", .yellow)], separator: ": ")
      }
    let remark: [StyledText] =
      scenario.expectations.isEmpty ? [] : [StyledText(RuleOfThree.remark(cleanTrials: scenario.trials))]
    return .section(
      "\(scenario.name): valid; \(scenario.trials) trials of \(scenario.detectors.count) detectors (\(detectors))",
      [.lines(lines + remark)])
  }

  private static func json(_ scenario: Scenario, real: Duration, virtual: Duration?) -> JSONValue {
    .object([
      .init("scenario", .string(scenario.name)), .init("trials", .count(scenario.trials)),
      .init("detectors", .array(scenario.detectors.map { .string($0.name) })),
      .init("longest_real_s", .seconds(real)),
      .init("longest_virtual_s", .optional(virtual) { .seconds($0) }),
      .init(
        "expectations",
        .array(
          needs(scenario).map { need in
            .object([
              .init("location", .string(need.expectation.location)),
              .init("detector", .optional(need.expectation.detector) { .string($0) }),
              .init("expected", .string(need.expectation.condition.spelled)),
              .init("needed", .count(need.needed)), .init("enough", .bool(need.isEnough)),
            ])
          })),
    ])
  }

  /// For spreadsheets; people read the lines.
  private static let columns: [ColumnDescription<Need>] = [
    ColumnDescription("scenario", nil) { .text($0.scenario) },
    ColumnDescription("location", nil) { .text($0.expectation.location) },
    ColumnDescription("expected", nil) { .text($0.condition) },
    ColumnDescription("needed", nil) { .count($0.needed) },
    ColumnDescription("trials", nil) { .count($0.trials) },
    ColumnDescription("enough", nil) { Table.Cell(nil, .bool($0.isEnough)) },
  ]
}
