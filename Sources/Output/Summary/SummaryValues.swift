import JSON
import Model
import Results

/// A summary and its expectations for programs. What is unknown is null; times are in seconds.
enum SummaryValues {
  /// `run` is null unless the rows are one run's, of this very call.
  static func members(_ summary: Summary, expectations: [ExpectationResult], run: RunFacts?) -> [JSONValue.Member] {
    [
      .init("run", .optional(run, \.json)),
      .init("scenarios", .array(summary.scenarios.map(value))),
      .init("expectations", .array(expectations.map(value))),
      .init("residuals", .array(Residuals.byClock(summary).map(value))),
    ]
  }

  private static func value(_ scenario: ScenarioSummary) -> JSONValue {
    .object(
      conditions(scenario) + [
        .init("detectors", .array(scenario.groups.map(value))),
        .init("outside_prediction", value(scenario.outsidePrediction)),
        .init("unconfirmed", value(scenario.unconfirmed)),
        .init("errors", value(scenario.errors)),
      ])
  }

  /// What was measured, where and when.
  static func conditions(_ scenario: ScenarioSummary) -> [JSONValue.Member] {
    [
      .init("plan", .string(scenario.plan)),
      .init("scenario", .string(scenario.scenario)),
      .init("clock", .string(scenario.clock.rawValue)),
      .init("kernel", .string(scenario.kernel)),
      .init("path", .string(scenario.path.rawValue)),
      .init("family", .string(scenario.family.rawValue)),
      .init("cables", .optional(scenario.cables) { .string($0) }),
      .init("workload", .string(scenario.workload)),
      .init("timeline", .string(scenario.timeline)),
      .init("fault", .string(scenario.fault.rawValue)),
      .init("fault_target", .string(scenario.faultTarget)),
      .init("hz", .array(scenario.hz.map(value))),
      .init("versions", .array(scenario.versions.map { .string($0) })),
      .init("runs", .array(scenario.runs.map { .string($0) })),
      .init("seeds", .array(scenario.seeds.map { .int($0) })),
      .init("planned", value(scenario.planned)),
      .init("present", value(scenario.present)),
      .init("repeats", value(scenario.repeats)),
      .init("started_first", .string(scenario.started.lowerBound)),
      .init("started_last", .string(scenario.started.upperBound)),
    ]
  }

  private static func value(_ group: GroupSummary) -> JSONValue {
    .object([
      .init("detector", .string(group.detector)),
      .init("observer", .string(group.observer.rawValue)),
      .init("mechanism", .string(group.mechanism.rawValue)),
      .init("settings", .string(group.settings)),
      .init("mode", .string(group.mode.rawValue)),
      .init("trials", value(group.trials)),
      .init("counted", value(group.counted)),
      .init("unconfirmed", value(group.unconfirmed)),
      .init("errors", value(group.errors)),
      .init("verdicts", value(group.verdicts)),
      .init("outcomes", value(group.outcomes)),
      .init("reasons", .array(group.reasons.entries.map(value))),
      .init("detection", value(group.detection)),
      .init("predicted", .optional(group.predicted, value)),
      .init("with_prediction", value(group.withPrediction)),
      .init("outside_prediction", value(group.outsidePrediction)),
      .init("worst_case_s", .optional(group.worstCase) { .seconds($0) }),
      .init("recovery", value(group.recovery)),
      .init("failover", value(group.failover)),
      .init("requests_sent", .optional(group.requestsSent, value)),
      .init("requests_lost", .optional(group.requestsLost, value)),
      .init("requests_lost_median", .optional(group.requestsLostMedian) { .double($0) }),
      .init("segments_per_hour", .optional(group.segmentsPerHour) { .double($0) }),
      .init("wire_bytes_per_hour", .optional(group.wireBytesPerHour) { .double($0) }),
      .init("lag_max_s", .optional(group.lagMax) { .seconds($0) }),
      .init("accuracy", .optional(group.accuracy, value)),
      .init("herd", .optional(group.herd, value)),
      .init("failed_attempts", .optional(group.failedAttempts, value)),
      .init("learned_interval", value(group.learnedInterval)),
    ])
  }

  private static func value(_ herd: HerdSummary) -> JSONValue {
    .object([
      .init("clients", value(herd.clients)),
      .init("declared", value(herd.declared)),
      .init("failed_over", value(herd.failedOver)),
      .init("last_failover", value(herd.lastFailover)),
    ])
  }

  private static func value(_ entry: ReasonTally.Entry) -> JSONValue {
    .object([
      .init("outcome", .string(entry.outcome.rawValue)),
      .init("reason", .string(entry.reason)),
      .init("count", value(entry.count)),
    ])
  }

  /// Every word, including those that did not occur.
  static func value<Word: RawRepresentable<String>>(_ tally: Tally<Word>) -> JSONValue {
    .object(Word.allCases.map { .init($0.rawValue, value(tally[$0])) })
  }

  static func value(_ times: TimeStatistics) -> JSONValue {
    .object([
      .init("count", value(times.count)),
      .init("measured", value(times.measured)),
      .init("min", .optional(times.min, value)),
      .init("median", .optional(times.median, value)),
      .init("median_ci95_lower", .optional(times.medianInterval?.lower, value)),
      .init("median_ci95_upper", .optional(times.medianInterval?.upper, value)),
      .init("p95", .optional(times.p95, value)),
      .init("max", .optional(times.max, value)),
    ])
  }

  /// A censored time is longer than its seconds.
  static func value(_ time: Bounded) -> JSONValue {
    let isCensored = if case .beyond = time { true } else { false }
    return .object([.init("seconds", .seconds(time.duration)), .init("censored", .bool(isCensored))])
  }

  /// A prediction of never has no range.
  static func value(_ prediction: Prediction) -> JSONValue {
    switch prediction {
    case .range(let min, let max):
      .object([.init("never", .bool(false)), .init("min_s", .seconds(min)), .init("max_s", .seconds(max))])
    case .never: .object([.init("never", .bool(true)), .init("min_s", .null), .init("max_s", .null)])
    case .unknown: .null
    }
  }

  private static func value(_ findings: FindingList) -> JSONValue {
    .object([
      .init("count", value(findings.count)),
      .init("rows", .array(findings.items.map(value))),
    ])
  }

  static func value(_ finding: Finding) -> JSONValue {
    let details: [JSONValue.Member] =
      switch finding.kind {
      case .outsidePrediction(let outcome, let detection, let predicted):
        [
          .init("outcome", .string(outcome.rawValue)),
          .init("detection_s", .optional(detection) { .seconds($0) }),
          .init("predicted", .optional(predicted, value)),
        ]
      case .unconfirmed(let verdict, let reason):
        [
          .init("fault_verdict", .optional(verdict) { .string($0.rawValue) }),
          .init("reason", .optional(reason) { .string($0) }),
        ]
      case .error(let reason): [.init("reason", .optional(reason) { .string($0) })]
      }
    return .object(
      [
        .init("run", .string(finding.run)),
        .init("trial", value(finding.trial)),
        .init("detector", .string(finding.detector)),
        .init("observer", .string(finding.observer.rawValue)),
        .init("lag_s", .optional(finding.lag) { .seconds($0) }),
      ] + details)
  }

  static func value(_ result: ExpectationResult) -> JSONValue {
    let verdict =
      switch result.verdict {
      case .passed: "passed"
      case .failed: "failed"
      case .inconclusive: "inconclusive"
      }
    return .object([
      .init("scenario", .string(result.scenario)),
      .init("location", .string(result.location)),
      .init("detector", .string(result.detector)),
      .init("observer", .string(result.expectation.observer.rawValue)),
      .init("expected", .string(result.expectation.condition.spelled)),
      .init("verdict", .string(verdict)),
      .init("seen", .string(result.seen)),
    ])
  }

  static func value(_ count: Int) -> JSONValue { .int(Int64(count)) }
}
