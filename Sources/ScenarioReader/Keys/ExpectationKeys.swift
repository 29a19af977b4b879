import Model
import Yams

/// The keys of an expectation: the detector that it applies to, and one condition.
enum ExpectationKeys {
  static let detector = Key(
    "detector", .name, .derived("every detector of the scenario"), "The detector that the promise applies to.")
  static let observer = Key(
    "observer", .word(Observer.self, "observer"), .standard("client"), "The side whose rows the promise applies to.")

  static let outcome = Key(
    "outcome", .word(Outcome.self, "outcome", only: [.detected, .late, .survived, .unaffected, .missed, .falseAlarm]),
    .required,
    "How every trial with a confirmed fault ends.")
  static let percentile = Key(
    "percentile", .percentile, .required,
    "The percentile of the detection time that `within` limits, by its one-sided 95 % upper bound: the 99th takes 299 "
      + "trials, the highest 99,856.")
  static let failover = Key(
    "failover", .duration(.positive), .required, "The longest time from t0 to the first answer after the failover.")
  static let recovery = Key(
    "recovery", .duration(.positive), .required, "The longest time from the last heal to the first round trip.")
  static let requestsLost = Key(
    "requests_lost", .integer(0...1_000_000_000), .required, "The most requests that any trial may lose.")
  static let falseAlarms = Key(
    "false_alarms", .integer(0...1_000_000_000), .required,
    "At most this many false alarms in all trials together; in mode `watch`, this many mistakes.")
  static let prediction = Key(
    "prediction", .percentage(.positive), .required,
    "The least share of the trials that lies inside its prediction; trials without a closed form do not count.")
  static let queryAccuracy = Key(
    "query_accuracy", .percentage(.positive), .required,
    "The query accuracy probability, P_A, over all trials together is at least this; only in mode `watch`.")
  static let learnedInterval = Key(
    "learned_interval", .duration(.positive), .required,
    "The longest interval that an `adaptive` heartbeat found good is exactly this, in every trial.")

  static let outcomeWithin = Key(
    "within", .duration(.positive), .optional, "The longest time from t0 to the declaration, in every trial.")
  static let percentileWithin = Key(
    "within", .duration(.positive), .required, "The longest time from t0 to the declaration, at that percentile.")

  private static func section(_ title: String, _ condition: KeyDescription, _ within: KeyDescription? = nil) -> Section
  {
    Section(
      title, [detector.described, observer.described, condition] + (within.map { [$0] } ?? []), family: "an expectation"
    )
  }

  /// Exactly one condition, which the first of these keys selects.
  static let sections: [(condition: String, section: Section)] = [
    (outcome.name, section("an expectation on the outcome", outcome.described, outcomeWithin.described)),
    (percentile.name, section("an expectation on a percentile", percentile.described, percentileWithin.described)),
    (failover.name, section("an expectation on the failover", failover.described)),
    (recovery.name, section("an expectation on the recovery", recovery.described)),
    (requestsLost.name, section("an expectation on lost requests", requestsLost.described)),
    (falseAlarms.name, section("an expectation on false alarms", falseAlarms.described)),
    (prediction.name, section("an expectation on the prediction", prediction.described)),
    (queryAccuracy.name, section("an expectation on the query accuracy", queryAccuracy.described)),
    (learnedInterval.name, section("an expectation on the learned interval", learnedInterval.described)),
  ]

  static let kind = Kind<ExpectationDraft>(
    shape: .either(sections.map { .mapping($0.section) })
  ) { node, problems in
    let conditions = sections.map(\.condition)
    let expected = "exactly one of \(alternatives(conditions))"
    guard let pairs = Pairs(node, expected: "a mapping with \(expected)", &problems) else { return nil }
    let present = pairs.all.filter { conditions.contains($0.name) }
    guard let first = present.first, present.count == 1,
      let section = sections.first(where: { $0.condition == first.name })?.section
    else {
      let all = Set(sections.flatMap(\.section.keys).map(\.name)).sorted()
      for pair in pairs.all where !all.contains(pair.name) {
        problems.report(
          .unknownKey, at: pair.position,
          "unknown key `\(pair.name)` in an expectation" + suggestion(for: pair.name, among: all),
          expected: alternatives(all))
      }
      if present.isEmpty {
        problems.report(.missingKey, at: node.position, "an expectation without a condition", expected: expected)
      } else {
        problems.report(
          .contradiction, at: present[1].position,
          "`\(present[1].name)` beside `\(present[0].name)` in one expectation",
          expected: expected)
      }
      return nil
    }
    let siblings = sections.map(\.section).filter { $0.title != section.title }
    return draft(Fields(pairs, section, siblings: siblings, &problems), condition: first, &problems)
  }

  private static func draft(
    _ fields: Fields, condition: Pairs.Pair, _ problems: inout Problems
  ) -> ExpectationDraft {
    var draft = ExpectationDraft(
      detector: fields.read(detector, &problems), observer: fields.read(observer, &problems),
      conditionPosition: condition.position)
    switch condition.name {
    case outcome.name:
      draft.limit = fields.read(outcomeWithin, &problems)
      let within = draft.limit?.value
      draft.condition = fields.read(outcome, &problems).map { .outcome($0.value, within: within) }
    case percentile.name:
      draft.limit = fields.read(percentileWithin, &problems)
      let rank = fields.read(percentile, &problems)
      if let rank, let within = draft.limit?.value { draft.condition = .percentile(rank.value, within: within) }
    case failover.name:
      draft.limit = fields.read(failover, &problems)
      draft.condition = draft.limit.map { .failover(within: $0.value) }
    case recovery.name:
      draft.limit = fields.read(recovery, &problems)
      draft.condition = draft.limit.map { .recovery(within: $0.value) }
    case requestsLost.name:
      draft.condition = fields.read(requestsLost, &problems).map { .requestsLost(atMost: $0.value) }
    case prediction.name:
      draft.condition = fields.read(prediction, &problems).map { .prediction(atLeast: $0.value) }
    case queryAccuracy.name:
      draft.condition = fields.read(queryAccuracy, &problems).map { .queryAccuracy(atLeast: $0.value) }
    case learnedInterval.name:
      draft.condition = fields.read(learnedInterval, &problems).map { .learnedInterval($0.value) }
    default:
      draft.condition = fields.read(falseAlarms, &problems).map { .falseAlarms(atMost: $0.value) }
    }
    return draft
  }
}

/// An expectation as far as it could be read.
struct ExpectationDraft: Sendable {
  var detector: Located<String>?
  var observer: Located<Observer>?
  var condition: Expectation.Condition?
  /// The position of the condition's key.
  var conditionPosition: Position
  /// The time that the condition allows.
  var limit: Located<Duration>?
}
