import Model

extension ScenarioDraft {
  /// Only an adaptive heartbeat learns an interval: its shortest plus a whole number of steps, or its longest.
  func checkLearning(of interval: Duration, _ draft: ExpectationDraft, _ problems: inout Problems) {
    for detector in concerned(by: draft) ?? [] {
      guard let settings = detector.settings else { continue }
      guard case .settings(.adaptive(let adaptive)) = settings else {
        problems.report(
          .contradiction, at: draft.conditionPosition,
          "a learned interval of \(detector.name.map { "`\($0)`" } ?? "a detector"), which learns none",
          expected: "a detector that is adaptive")
        continue
      }
      let (steps, rest) = (interval - adaptive.from).inNanoseconds.quotientAndRemainder(
        dividingBy: adaptive.step.inNanoseconds)
      if interval != adaptive.to, steps < 0 || rest != 0 || interval > adaptive.to {
        problems.report(
          .contradiction, at: draft.conditionPosition, "\(interval.spelled) is not an interval that it tries",
          expected:
            "\(adaptive.from.spelled) and a number of steps of \(adaptive.step.spelled), up to \(adaptive.to.spelled)")
      }
    }
  }
}
