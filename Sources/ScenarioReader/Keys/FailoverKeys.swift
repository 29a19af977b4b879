import Model

/// The keys of `failover`: where clients connect to once they have declared the server dead, and how they retry.
enum FailoverKeys {
  enum Policy: String, CaseIterable {
    case immediate, backoff
  }

  static let target = Key(
    "to", .word(FailoverPolicy.Target.self, "target"), .derived("the backup if there is one, else the server"),
    "Where the clients connect to: the backup, or the same server again.")
  static let policy = Key(
    "policy", .word(Policy.self, "policy"), .standard("immediate"),
    "Whether they connect at once and retry as soon as an attempt has failed, or wait longer before each attempt.")
  static let initial = Key(
    "initial", .duration(.positive), .standard("100ms"),
    "With `backoff`: the wait before the first attempt; it doubles with each further one.")
  static let longest = Key(
    "longest", .duration(.positive), .standard("5s"), "With `backoff`: the longest wait before an attempt.")
  static let jitter = Key(
    "jitter", .percentage(.any), .standard("100%"),
    "With `backoff`: the share of each wait that is drawn at random; with 100% the wait is uniform from 0 (full jitter)."
  )
  static let attemptTimeout = Key(
    "attemptTimeout", .duration(.positive), .standard("2s"),
    "How long one attempt may take, from connecting to the first answer.")

  static let kind = Kind<FailoverDraft>.mapping(
    Section(
      "a failover",
      [
        target.described, policy.described, initial.described, longest.described, jitter.described,
        attemptTimeout.described,
      ])
  ) { fields, problems in
    let given = fields.read(target, &problems)
    let (policy, retry) = (fields.read(policy, &problems)?.value, retry(fields, &problems))
    let patience = fields.read(attemptTimeout, &problems)
    if policy == .immediate {
      for parameter in [Parameter(initial), Parameter(longest), Parameter(jitter)] {
        parameter.reportIfGiven(fields, "without `policy: backoff`", expected: "policy: backoff", &problems)
      }
    }
    return FailoverDraft(
      target: given, retry: policy == .immediate ? .immediate : retry,
      attemptTimeout: patience?.value)
  }

  private static func retry(_ fields: Fields, _ problems: inout Problems) -> FailoverPolicy.Retry? {
    let (first, most) = (fields.read(initial, &problems), fields.read(longest, &problems))
    guard let share = fields.read(jitter, &problems), let first, let most else { return nil }
    if most.value < first.value {
      problems.report(
        .contradiction, at: fields.has(longest) ? most.position : first.position,
        "the longest wait of \(most.value.spelled) is below the first of \(first.value.spelled)",
        expected: "a longest wait of at least the first")
    }
    return .backoff(initial: first.value, longest: most.value, jitter: share.value)
  }
}

/// A failover policy as far as it could be read.
struct FailoverDraft: Sendable {
  /// nil if it is not given, or wrong.
  var target: Located<FailoverPolicy.Target>?
  var retry: FailoverPolicy.Retry?
  var attemptTimeout: Duration?
}
