import Model

/// Checks a scenario's expectations against its rows.
///
/// Rows that do not count (see `RowStanding`) are left out, and rows of different clocks are judged separately.
public enum ExpectationCheck {
  /// The results in the scenario's order, and for an expectation of every detector in the order of the detectors: those
  /// that run on the side that it names.
  ///
  /// - Parameters:
  ///   - rows: rows of other scenarios, or of another plan if one is given, are ignored.
  ///   - detectors: the ones that were run, if not all were; expectations of others are left out.
  public static func results(
    of scenario: Scenario, plan: String? = nil, detectors: Set<String>? = nil, rows: some Sequence<ResultRow>
  ) -> [ExpectationResult] {
    let rows = rows.filter { $0.scenario == scenario.name && (plan == nil || $0.plan == plan) }
    return scenario.expectations.flatMap { expectation in
      let watching = scenario.detectors.filter { $0.observers.contains(expectation.observer) }
      let names = expectation.detector.map { [$0] } ?? watching.map(\.name)
      return names.filter { detectors?.contains($0) ?? true }.map { name in
        let own = rows.filter { $0.detector == name && $0.observer == expectation.observer }
        let (verdict, seen) = judge(expectation.condition, own)
        let hint = verdict != .failed ? "" : scenario.hint(expectation.condition)
        return ExpectationResult(
          scenario: scenario.name, expectation: expectation, detector: name, verdict: verdict, seen: seen + hint)
      }
    }
  }

  typealias Judgement = (verdict: ExpectationResult.Verdict, seen: String)

  /// The worst judgement of any clock's rows.
  private static func judge(_ condition: Expectation.Condition, _ rows: [ResultRow]) -> Judgement {
    let judgements = Clock.allCases.compactMap { clock in
      let own = rows.filter { $0.clock == clock }
      if own.isEmpty { return nil as Judgement? }
      let judgement = judgeOneClock(condition, own)
      // If both clocks timed it, the verdict names the clock.
      return own.count == rows.count ? judgement : (judgement.verdict, "\(clock.spelled): \(judgement.seen)")
    }
    return judgements.first { $0.verdict == .failed } ?? judgements.first { $0.verdict == .inconclusive }
      ?? judgements.first ?? (.inconclusive, "it has no rows")
  }

  private static func judgeOneClock(_ condition: Expectation.Condition, _ rows: [ResultRow]) -> Judgement {
    let counted = rows.filter { $0.standing == .counted }
    // Conditions on what follows a fault apply only to rows with a fault.
    let confirmed = counted.filter { $0.faultVerdict == .confirmed }
    switch condition {
    case .outcome(let outcome, let within):
      return every(counted, of: rows) { outcomeFault($0, outcome, within) }
    case .percentile(let percentile, let within):
      return judgePercentile(percentile, within, counted, of: rows)
    case .failover(let within):
      return every(confirmed, of: rows) { lateness("failed over", $0.failover, within) }
    case .recovery(let within):
      return every(confirmed, of: rows) { lateness("recovered", $0.recovery, within) }
    case .requestsLost(let most):
      guard confirmed.isEmpty || confirmed.contains(where: { $0.requestsLost != nil }) else {
        return (.inconclusive, "it sent no requests (expected a workload of requests)")
      }
      return every(confirmed, of: rows) { row in
        guard let lost = row.requestsLost else { return "has no count of lost requests" }
        return lost > most ? "lost \(lost) requests" : nil
      }
    case .prediction(let least):
      let predicted = confirmed.filter { $0.withinPrediction != nil }
      let inside = predicted.count { $0.withinPrediction == true }
      if predicted.isEmpty { return (.inconclusive, "no trial has a prediction that its window could decide") }
      return (
        Double(inside) + 1e-9 >= least * Double(predicted.count) ? .passed : .failed,
        "\(inside) of \(predicted.count) trials inside"
      )
    case .queryAccuracy(let least):
      return judgeQueryAccuracy(least, counted, of: rows)
    case .learnedInterval(let interval):
      return every(confirmed, of: rows) { row in
        if row.learnedInterval == interval { return nil }
        return row.learnedInterval.map { "learned \($0.spelled)" } ?? "learned nothing"
      }
    case .falseAlarms(let most):
      return judgeFalseAlarms(most, counted, of: rows)
    }
  }

  /// Passed if no row has a fault: `fault` returns the text that follows `trial 3`, or nil if the row has none.
  private static func every(
    _ judged: [ResultRow], of rows: [ResultRow], fault: (ResultRow) -> String?
  ) -> Judgement {
    let faults = judged.compactMap { row in fault(row).map { "trial \(row.trial) \($0)" } }
    if let first = faults.first {
      return (.failed, faults.count == 1 ? first : "\(first), and \(faults.count - 1) more of \(judged.count)")
    }
    if judged.isEmpty { return (.inconclusive, tooFew(1, judged.count, rows)) }
    return (.passed, "\(judged.count) of \(judged.count) trials")
  }

  private static func outcomeFault(_ row: ResultRow, _ outcome: Outcome, _ within: Duration?) -> String? {
    guard row.outcome == outcome else {
      let time = (row.detection ?? row.observed).map { " after \($0.rounded) s" } ?? ""
      return "ended \(row.outcome.rawValue)\(time)"
    }
    guard let within else { return nil }
    guard let detection = row.detection else { return "has no detection time" }
    return detection > within ? "took \(detection.rounded(against: within)) s" : nil
  }

  private static func lateness(_ verb: String, _ time: Duration?, _ within: Duration) -> String? {
    guard let time else { return "never \(verb)" }
    return time > within ? "\(verb) after \(time.rounded(against: within)) s" : nil
  }

  private static func judgeFalseAlarms(_ most: Int, _ counted: [ResultRow], of rows: [ResultRow]) -> Judgement {
    if counted.isEmpty { return (.inconclusive, tooFew(1, 0, rows)) }
    let alarms = counted.reduce(0) { $0 + max($1.mistakes ?? 0, $1.outcome == .falseAlarm ? 1 : 0) }
    return (alarms > most ? .failed : .passed, "\(alarms) in \(counted.count) trials")
  }

  static func tooFew(_ needed: Int, _ count: Int, _ rows: [ResultRow]) -> String {
    let uncounted = rows.count { $0.standing != .counted }
    let why = uncounted > 0 ? "; \(uncounted) of \(rows.count) rows do not count (unconfirmed faults, errors)" : ""
    return "too few trials: \(count), and it takes \(needed)\(why)"
  }
}

extension Scenario {
  /// What the scenario lacks so that a condition can be met at all, as the end of a sentence; empty if it lacks
  /// nothing.
  fileprivate func hint(_ condition: Expectation.Condition) -> String {
    let needsHeal =
      switch condition {
      case .outcome(.survived, _), .outcome(.late, _), .recovery: true
      case .outcome, .percentile, .failover, .requestsLost, .falseAlarms, .prediction, .queryAccuracy,
        .learnedInterval:
        false
      }
    guard needsHeal, !timeline.entries.isEmpty else { return "" }
    let isHealed = timeline.steps.contains { if case .heal = $0.action { true } else { false } }
    return isHealed
      ? "" : " (the fault is never healed, so no connection can recover: add `for:` to its inject, or a heal)"
  }
}

extension Duration {
  /// Seconds to three decimals, for sentences.
  var rounded: String {
    let nanoseconds = Int128(inNanoseconds)
    let milliseconds = (nanoseconds + (nanoseconds < 0 ? -500_000 : 500_000)) / 1_000_000
    return Duration.milliseconds(Int64(milliseconds)).decimalSeconds
  }

  /// The same, but to the nanosecond if three decimals would hide on which side of `limit` it lies.
  func rounded(against limit: Duration) -> String {
    let shown = Duration.milliseconds(Int64((Int128(inNanoseconds) + 500_000) / 1_000_000))
    return (shown > limit) == (self > limit) ? rounded : decimalSeconds
  }
}
