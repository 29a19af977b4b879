import Model
import Results

/// The rows of a scenario that want a look, as lines under its table.
public enum FindingReport {
  /// Of every scenario that has some, under its name; for a report that has no table for each.
  public static func text(_ summary: Summary) -> String {
    summary.scenarios.map { scenario in
      let lines = lines(scenario)
      return lines.isEmpty
        ? ""
        : "\n\(scenario.scenario) (\(scenario.clock.spelled), kernel \(scenario.kernel))"
          + lines.joined(separator: "\n") + "\n"
    }.joined()
  }

  /// Each kind under a title of its own after an empty line; empty if there are none.
  static func lines(_ scenario: ScenarioSummary) -> [String] {
    let several = scenario.runs.count > 1
    return section("outside prediction", scenario.outsidePrediction, several)
      + section("fault not confirmed, so not counted", scenario.unconfirmed, several)
      + section("could not be measured", scenario.errors, several)
  }

  /// Which row it is of, and what of it: `trial 5 keepalive: detected after 2.500 s, predicted ...`.
  static func line(_ finding: Finding, showsRun: Bool) -> String {
    let run = showsRun ? "run \(finding.run) " : ""
    let observer = finding.observer == .client ? "" : " (\(finding.observer.rawValue))"
    return "\(run)trial \(finding.trial) \(finding.detector)\(observer): \(spelled(finding.kind))"
  }

  private static func section(_ title: String, _ findings: FindingList, _ showsRun: Bool) -> [String] {
    if findings.count == 0 { return [] }
    let items = findings.items.map { "  " + line($0, showsRun: showsRun) }
    let more = findings.omitted > 0 ? ["  ... and \(findings.omitted) more"] : []
    return ["", "\(title): \(findings.count)"] + items + more
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
    guard case .range(let min, let max) = prediction else { return nil }
    func milliseconds(_ duration: Duration) -> String { "\((duration.inSeconds * 10_000).rounded() / 10)" }
    if detection > max { return ", \(milliseconds(detection - max)) ms late" }
    if detection < min { return ", \(milliseconds(min - detection)) ms early" }
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
