import JSON
import Output

extension Examination {
  var report: Report {
    let width = (facts.map(\.name) + checks.map(\.name)).map(\.count).max() ?? 0
    func line(_ name: String, _ text: StyledText) -> StyledText {
      StyledText(
        joining: [StyledText(name + String(repeating: " ", count: width - name.count)), text], separator: "  ")
    }
    let lines = checks.flatMap { check in
      check.available
        ? [line(check.name, "ok")]
        : [
          line(
            check.name, StyledText(joining: [StyledText("MISSING", .red), "\(check.reason ?? "")"], separator: ": ")),
          line("", "disables: \(check.disables)"), line("", "remedy: \(check.remedy)"),
        ]
    }
    return Report(
      "doctor",
      blocks: [
        .lines(facts.map { line($0.name, "\($0.value)") }), .lines(lines), .lines([conclusion]),
        .table(Table("checks", rows: checks, columns: Self.columns)),
      ],
      data: [
        .init(
          "facts",
          .array(facts.map { .object([.init("name", .string($0.name)), .init("value", .string($0.value))]) })),
        .init("checks", .array(checks.map(Self.json))),
        .init("can_measure", .bool(canMeasure)),
        .init("virtual_clock_works", .bool(virtualClockWorks)),
      ])
  }

  private var conclusion: StyledText {
    if canMeasure { return "This machine can measure." }
    return virtualClockWorks
      ? "This machine can measure on the virtual clock only (--clock virtual): see what is missing above."
      : "This machine cannot measure: see what is missing above."
  }

  private static func json(_ check: Check) -> JSONValue {
    .object([
      .init("name", .string(check.name)), .init("available", .bool(check.available)),
      .init("essential", .bool(check.essential)), .init("reason", .optional(check.reason) { .string($0) }),
      .init("disables", .string(check.disables)), .init("remedy", .string(check.remedy)),
    ])
  }

  /// For spreadsheets; people read the lines.
  private static let columns: [ColumnDescription<Check>] = [
    ColumnDescription("name", nil) { .text($0.name) },
    ColumnDescription("available", nil) { Table.Cell(nil, .bool($0.available)) },
    ColumnDescription("essential", nil) { Table.Cell(nil, .bool($0.essential)) },
    ColumnDescription("reason", nil) { .text($0.reason) },
    ColumnDescription("disables", nil) { .text($0.disables) },
    ColumnDescription("remedy", nil) { .text($0.remedy) },
  ]
}
