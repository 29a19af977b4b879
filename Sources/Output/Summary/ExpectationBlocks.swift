import Model
import Results

/// Whether expectations were met, one line each.
enum ExpectationBlocks {
  static func verdicts(_ results: [ExpectationResult]) -> [Report.Verdict] {
    merged(results).map {
      Report.Verdict(
        word: word($0.verdict), location: StyledText($0.location), sentence: "\($0.scenario): \($0.sentence)")
    }
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
