import Model
import Results

/// Whether expectations were met, one line each.
public enum ExpectationReport {
  /// All results, ended by a line feed; empty if there are none.
  public static func text(_ results: [ExpectationResult], style: TextStyle) -> String {
    if results.isEmpty { return "" }
    let results = merged(results)
    var table = TextTable(rowCount: results.count)
    table.addColumn("", .left, results.map { word($0.verdict) })
    table.addColumn("", .left, results.map { StyledText($0.location) })
    table.addColumn("", .left, results.map { StyledText("\($0.scenario): \($0.sentence)") })
    return table.lines(style).map { $0 + "\n" }.joined()
  }

  /// An expectation of every detector that all of them passed is one line.
  private static func merged(_ results: [ExpectationResult]) -> [ExpectationResult] {
    var merged: [ExpectationResult] = []
    for result in results {
      let same = results.filter { $0.location == result.location && $0.scenario == result.scenario }
      guard same.count > 1, same.allSatisfy({ $0.verdict == .passed }) else {
        merged.append(result)
        continue
      }
      if same.first != result { continue }
      var one = result
      one.detector = "every detector"
      one.seen = "all \(same.count) of them"
      merged.append(one)
    }
    return merged
  }

  private static func word(_ verdict: ExpectationResult.Verdict) -> StyledText {
    switch verdict {
    case .passed: StyledText("pass", .green)
    case .failed: StyledText("FAIL", .red)
    case .inconclusive: StyledText("inconclusive", .yellow)
    }
  }
}
