import Model

/// How an injection ends and is repeated: `for`, `every` and `times`.
enum RepetitionKeys {
  /// Reads those of these keys that are given into `draft`; `kind`: its fault, which may have been read only in part.
  static func read(
    _ kind: FaultKind, _ fields: Fields, into draft: inout InjectionDraft, _ problems: inout Problems
  ) {
    guard !kind.isForGood else { return }
    let lasting = kind.canBeHealed ? fields.read(FaultKeys.lasting, &problems) : nil
    draft.lasting = lasting?.value
    let (spacing, count) = (fields.read(FaultKeys.every, &problems), fields.read(FaultKeys.times, &problems))
    let (hasSpacing, hasCount) = (fields.has(FaultKeys.every), fields.has(FaultKeys.times))
    if hasSpacing != hasCount {
      let (given, missing) = hasSpacing ? (FaultKeys.every.name, FaultKeys.times.name) : ("times", "every")
      problems.report(
        .missingKey, at: hasSpacing ? fields.position(of: FaultKeys.every) : fields.position(of: FaultKeys.times),
        "`\(given)` without `\(missing)`", expected: "both or neither")
    }
    if kind.canBeHealed, hasSpacing, hasCount, !fields.has(FaultKeys.lasting) {
      problems.report(
        .missingKey, at: fields.position(of: FaultKeys.every), "`every` and `times` without `for`",
        expected: "how long each \(kind.rawValue) lasts, such as for: 1s")
      return
    }
    guard let spacing, let count else { return }
    if let duration = draft.fault?.traits.downtime ?? draft.lasting {
      guard check(spacing, duration, endsByItself: kind.endsByItself, kind, &problems) else { return }
    }
    draft.repetition = Repetition(every: spacing.value, times: count.value)
  }

  private static func check(
    _ spacing: Located<Duration>, _ duration: Duration, endsByItself: Bool, _ kind: FaultKind,
    _ problems: inout Problems
  ) -> Bool {
    guard spacing.value > duration else {
      problems.report(
        .timeline, at: spacing.position,
        "a \(kind.rawValue) every \(spacing.value.spelled) while one takes \(duration.spelled)",
        expected: endsByItself ? "more than the downtime" : "more than `for`")
      return false
    }
    if endsByItself, spacing.value - duration < .milliseconds(50) {
      problems.report(
        .timeline, at: spacing.position,
        "only \((spacing.value - duration).spelled) from one \(kind.rawValue) to the next",
        expected: "at least 50ms more than the downtime")
    }
    return true
  }
}
