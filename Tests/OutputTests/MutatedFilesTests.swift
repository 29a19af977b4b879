import Foundation
import Model
import Output
import Results
import Testing

@Suite("Results files that something has changed")
struct MutatedFilesTests {
  /// What cells are replaced by: numbers at and beyond their limits, and what is none.
  private static let cells = [
    "", "0", "1", "-1", "24", "10000", "1000000000", "1000000001", "-1000000000", "999999999999999",
    "1000000000000000", "999999999999999999", "9223372036854775807", "0.000000001", "1e9", "1E-300", "true", "FALSE",
    "detected", "missed", "late", "error", "survived", "false-alarm", "watch", "virtual", "confirmed", "mismatch",
    "\u{1b}]0;x\u{7}", "\"a,b\"", "\"", "nan", "inf",
  ]

  @Test("whatever numbers, cells and bytes are changed, a file is read or refused, and every report is made of it")
  func mutations() throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    var random = KeyedRandom(seed: 19, "mutated files")
    var read = 0
    for name in ["fidelity/real.csv", "catalogue.csv", "virtual.csv"] {
      let text = try String(contentsOf: root.appending(path: "results/reference/\(name)"), encoding: .utf8)
      let lines = text.split(separator: "\n").map(String.init)
      for _ in 0..<150 {
        var bytes = Array(Self.mutated(lines, &random).utf8)
        // Now and then a byte instead.
        if random.next() % 4 == 0 {
          bytes[Int(random.next() % UInt64(bytes.count))] = UInt8(truncatingIfNeeded: random.next())
        }
        guard let rows = try? ResultsReader.rows(of: bytes, file: name) else { continue }
        read += 1
        Self.report(rows)
      }
    }
    // Else this would show nothing but that files are refused.
    #expect(read > 50)
  }

  /// The header and a few rows, some cells of which are others.
  private static func mutated(_ lines: [String], _ random: inout KeyedRandom) -> String {
    func pick(_ count: Int) -> Int { Int(random.next() % UInt64(count)) }
    let start = 1 + pick(lines.count - 12)
    var rows = lines[start..<start + 10].map {
      $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    }
    let column = pick(rows[0].count)
    let cell = cells[pick(cells.count)]
    for index in rows.indices where pick(2) == 0 && column < rows[index].count { rows[index][column] = cell }
    return ([lines[0]] + rows.map { $0.joined(separator: ",") }).map { $0 + "\n" }.joined()
  }

  private static func report(_ rows: [ResultRow]) {
    var summary = SummaryBuilder()
    var fidelity = FidelityBuilder()
    for var row in rows {
      summary.add(row)
      fidelity.add(row)
      row.clock = row.clock == .real ? .virtual : .real
      fidelity.add(row)
    }
    let reports: [Report] = [
      .summary(summary.summary()), .matrix(summary.summary()), .residuals(summary.summary()),
      .fidelity(fidelity.fidelity()),
    ]
    for report in reports {
      for format in ReportFormat.allCases { _ = format.text(report, width: 80) }
    }
  }
}
