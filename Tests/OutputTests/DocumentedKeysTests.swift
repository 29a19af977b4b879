import Foundation
import JSON
import Model
import Results
import Testing

@testable import Output

@Suite("The documentation of JSON")
struct DocumentedKeysTests {
  private static let documentation: String = {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return (try? String(contentsOf: root.appending(path: "docs/json.md"), encoding: .utf8)) ?? ""
  }()

  /// Rows with everything that reports tell of.
  private static let summary: Summary = {
    var builder = SummaryBuilder()
    for var row in Example.rows {
      builder.add(row)
      row.clock = .virtual
      (row.mode, row.watchedAlive, row.mistakes, row.mistakeTime) = (.watch, .seconds(10), 1, .seconds(1))
      (row.clients, row.failedAttempts, row.learnedInterval) = (3, 1, .seconds(1))
      row.reason = "slow"
      builder.add(row)
    }
    return builder.summary()
  }()

  private static let fidelity: Fidelity = {
    var builder = FidelityBuilder()
    for clock in Clock.allCases {
      var row = Example.row("keepalive", .keepalive, trial: 1, clock == .real ? .detected : .missed)
      row.clock = clock
      row.withinPrediction = true
      builder.add(row)
    }
    return builder.fidelity()
  }()

  private static let run = RunFacts(run: "r1", seed: 7, clock: .real, planned: 12, done: 12, files: ["a.csv"])

  static let reports: [Report] = [
    .summary(summary, expectations: Example.expectations, run: run),
    .matrix(summary, expectations: Example.expectations, run: run),
    .residuals(summary), .fidelity(fidelity),
  ]

  @Test("every report is an object with a name and a version, and every key in it is in docs/json.md", arguments: 0..<4)
  func documented(index: Int) throws {
    let report = Self.reports[index]
    let value = try JSONValue(parsing: ReportFormat.json.text(report).utf8)
    #expect(value["report"]?.string == report.name && value["report_version"]?.int == Int64(Report.version))
    let keys = Self.keys(value)
    #expect(keys.count > 10)
    for key in keys where !Self.documentation.contains("`\(key)`") {
      Issue.record("docs/json.md does not tell of `\(key)`, which \(report.name) prints")
    }
  }

  private static func keys(_ value: JSONValue) -> Set<String> {
    switch value {
    case .object(let members):
      members.reduce(into: []) {
        $0.formUnion([$1.name]); $0.formUnion(keys($1.value))
      }
    case .array(let elements): elements.reduce(into: []) { $0.formUnion(keys($1)) }
    case .null, .bool, .int, .double, .seconds, .string: []
    }
  }
}
