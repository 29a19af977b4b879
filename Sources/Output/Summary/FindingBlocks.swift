import Model
import Results

/// The rows of a scenario that need attention.
enum FindingBlocks {
  /// A list for each kind that occurs.
  static func lists(_ scenario: ScenarioSummary) -> [Report.Block] {
    let several = scenario.runs.count > 1
    return [
      list("outside prediction", scenario.outsidePrediction, several),
      list("fault not confirmed, so not counted", scenario.unconfirmed, several),
      list("could not be measured", scenario.errors, several),
    ].compactMap { $0 }
  }

  /// The row and the finding: `trial 5 keepalive: detected after 2.500 s, predicted ...`.
  static func line(_ finding: Finding, showsRun: Bool) -> String {
    let run = showsRun ? "run \(finding.run) " : ""
    let observer = finding.observer == .client ? "" : " (\(finding.observer.rawValue))"
    return "\(run)trial \(finding.trial) \(finding.detector)\(observer): \(spelled(finding.kind))"
  }

  private static func list(_ title: String, _ findings: FindingList, _ showsRun: Bool) -> Report.Block? {
    if findings.count == 0 { return nil }
    let items = findings.items.map { StyledText(line($0, showsRun: showsRun)) }
    let more: [StyledText] = findings.omitted > 0 ? ["... and \(findings.omitted) more"] : []
    return .list("\(title): \(findings.count)", items + more)
  }

  private static func spelled(_ kind: Finding.Kind) -> String {
    switch kind {
    case .outsidePrediction(let outcome, let detection, let predicted):
      let time = detection.map { " after \($0.thousandths) s" } ?? ""
      let beyond = detection.flatMap { time in predicted.flatMap { excess(of: time, over: $0) } } ?? ""
      return "\(outcome.rawValue)\(time), predicted \(predicted.map(spelled) ?? "otherwise")\(beyond)"
    case .unconfirmed(let verdict, let reason):
      return [verdict?.rawValue ?? "nothing was injected", reason].compactMap { $0 }.joined(separator: ": ")
    case .error(let reason):
      return reason ?? "no reason given"
    }
  }

  /// How far outside: `, 48.1 ms late`.
  private static func excess(of detection: Duration, over prediction: Prediction) -> String? {
    guard let range = prediction.range else { return nil }
    if detection > range.upperBound { return ", \((detection - range.upperBound).tenthsOfMilliseconds) ms late" }
    if detection < range.lowerBound { return ", \((range.lowerBound - detection).tenthsOfMilliseconds) ms early" }
    return nil
  }

  private static func spelled(_ prediction: Prediction) -> String {
    switch prediction {
    case .range: "\(prediction.spelled) s"
    case .never: "never"
    case .unknown(let reason): reason
    }
  }
}
