import Model
import Results
import Testing

@Suite("Summaries")
struct SummaryTests {
  private func summary(_ rows: [ResultRow]) -> Summary {
    var builder = SummaryBuilder()
    for row in rows { builder.add(row) }
    return builder.summary()
  }

  private func group(_ rows: [ResultRow]) throws -> GroupSummary {
    let groups = summary(rows).groups
    #expect(groups.count == 1)
    return try #require(groups.first)
  }

  @Test("rows are grouped by plan, scenario and detector, in order of first appearance")
  func grouping() {
    var other = row(.missed, detector: "heartbeat")
    other.scenario = "blackhole"
    var changed = row(.missed)
    changed.plan = "pfedcba9876543210"
    changed.kernel = "6.12"
    let rows =
      detections([1, 2]) + [other] + detections([3], detector: "heartbeat") + [changed] + detections([4, 5, 6])
    let scenarios = summary(rows).scenarios
    #expect(scenarios.map(\.scenario) == ["cable-pull", "blackhole", "cable-pull"])
    #expect(scenarios.map(\.plan) == ["p0123456789abcdef", "p0123456789abcdef", "pfedcba9876543210"])
    #expect(scenarios[0].groups.map(\.detector) == ["keepalive", "heartbeat"])
    #expect(scenarios[0].groups.map(\.trials) == [5, 1])
    #expect(scenarios[0].kernel == "6.18.5")
    #expect(scenarios[2].kernel == "6.12")
  }

  @Test("unconfirmed rows and errors count in nothing but their own numbers")
  func standing() throws {
    var unconfirmed = row(.detected, trial: 4, detection: 100)
    unconfirmed.faultVerdict = .mismatch
    unconfirmed.withinPrediction = false
    var nothingInjected = bareRow(.falseAlarm, trial: 5)
    nothingInjected.detection = .seconds(50)
    var broken = bareRow(.error, trial: 6)
    broken.reason = "no route"
    var brokenLater = row(.error, trial: 7)
    brokenLater.recovery = .seconds(99)
    let rows = detections([1, 2, 3]) + [unconfirmed, nothingInjected, broken, brokenLater]
    let group = try group(rows)
    #expect(group.trials == 7)
    #expect(group.counted == 4)
    #expect(group.unconfirmed == 1)
    #expect(group.errors == 2)
    #expect(group.outcomes[.detected] == 3)
    #expect(group.outcomes[.falseAlarm] == 1)
    #expect(group.outcomes[.error] == 0)
    #expect(group.verdicts[.confirmed] == 4)
    #expect(group.verdicts[.mismatch] == 1)
    #expect(group.detection.max == .at(.seconds(3)))
    #expect(group.recovery.count == 0)
    #expect(group.outsidePrediction == 0)
    let scenario = summary(rows).scenarios[0]
    #expect(scenario.unconfirmed.items.map(\.kind) == [.unconfirmed(.mismatch, reason: nil)])
    #expect(scenario.errors.items.map(\.kind) == [.error(reason: "no route"), .error(reason: nil)])
    #expect(scenario.outsidePrediction.count == 0)
  }

  @Test("missed trials are censored; survived and late ones have no detection time")
  func censoring() throws {
    let most = try group(detections([2]) + [row(.missed, trial: 2), row(.missed, trial: 3)])
    #expect(most.detection.median == .beyond(.seconds(12)))
    #expect(!most.neverDetected)
    #expect(try group([row(.missed)]).neverDetected)
    let healed = try group(
      detections([2, 3]) + [row(.survived, trial: 3), row(.survived, trial: 4), row(.late, trial: 5, detection: 20)])
    #expect(healed.detection.median == .at(.milliseconds(2500)))
    #expect(healed.detection.count == 2)
    #expect(healed.outcomes.entries.map(\.count) == [2, 1, 2])
    #expect(try group([row(.survived)]).detection.median == nil)
  }

  @Test("predictions join to the least and greatest, and the worst case is a fault right after the last answer")
  func predictions() throws {
    var rows = detections([1, 2, 3])
    rows[0].predictedMin = .seconds(2)
    rows[0].predictedMax = .seconds(3)
    rows[0].lastHeard = .milliseconds(900)
    rows[1].predictedMin = .seconds(1)
    rows[1].predictedMax = .milliseconds(3200)
    rows[1].lastHeard = .milliseconds(100)
    rows[1].withinPrediction = false
    rows[2].withinPrediction = false
    #expect(try group([rows[0]]).worstCase == .seconds(3))
    rows[0].lastHeard = .milliseconds(1100)
    #expect(try group([rows[0]]).worstCase == .milliseconds(3100))
    let group = try group(rows)
    #expect(group.predicted == .range(min: .seconds(1), max: .milliseconds(3200)))
    #expect(group.worstCase == .milliseconds(3200))
    #expect(group.outsidePrediction == 2)
    #expect(
      summary(rows).scenarios[0].outsidePrediction.items.map(\.kind) == [
        .outsidePrediction(
          outcome: .detected, detection: .seconds(2),
          predicted: .range(min: .seconds(1), max: .milliseconds(3200))),
        .outsidePrediction(outcome: .detected, detection: .seconds(3), predicted: .never),
      ])
  }

  @Test("a prediction of never is told from none")
  func neverPredicted() throws {
    var rows = [row(.missed), row(.missed, trial: 2)]
    #expect(try group(rows).predicted == nil)
    rows[1].withinPrediction = true
    #expect(try group(rows).predicted == .never)
  }

  @Test("traffic is pooled over all healthy time; requests are summed and their losses' median taken")
  func cost() throws {
    var rows = detections([1, 2, 3])
    for (index, (healthy, segments, lost)) in [(1.0, 1, 3), (3.0, 7, 4), (4.0, 8, 20)].enumerated() {
      rows[index].healthy = Duration(seconds: healthy)
      rows[index].healthySegmentsOut = segments
      rows[index].healthySegmentsIn = segments
      rows[index].healthyWireBytesOut = segments * 66
      rows[index].healthyWireBytesIn = segments * 66
      rows[index].requestsSent = 30
      rows[index].requestsLost = lost
      rows[index].failover = .seconds(lost)
      rows[index].lag = .milliseconds(lost)
    }
    rows[2].healthyWireBytesIn = nil
    let group = try group(rows)
    #expect(group.segmentsPerHour == 32.0 / 8 * 3600)
    #expect(group.wireBytesPerHour == 16.0 * 66 / 4 * 3600)
    #expect(group.requestsLostMedian == 4)
    #expect(group.requestsLost == 27)
    #expect(group.requestsSent == 90)
    #expect(group.failover.median == .at(.seconds(4)))
    #expect(group.failover.max == .at(.seconds(20)))
    #expect(group.lagMax == .milliseconds(20))
  }

  @Test("what no row has is nil, not 0")
  func nothingKnown() throws {
    let group = try group(detections([1]))
    #expect(group.requestsLost == nil)
    #expect(group.requestsSent == nil)
    #expect(group.requestsLostMedian == nil)
    #expect(group.segmentsPerHour == nil)
    #expect(group.wireBytesPerHour == nil)
    #expect(group.lagMax == nil)
    #expect(group.worstCase == nil)
    #expect(group.predicted == nil)
  }

  @Test("accuracy in mode watch: mean recurrence and duration of mistakes, query accuracy and rate, pooled")
  func accuracy() throws {
    var unconfirmed = watchRow(trial: 4, watchedAlive: 1000, mistakes: 50, mistaken: 500)
    unconfirmed.faultVerdict = .mismatch
    let accuracy = try #require(
      try group([
        watchRow(trial: 1, watchedAlive: 60, mistakes: 3, mistaken: 1.5),
        watchRow(.missed, trial: 2, watchedAlive: 30, mistakes: 0, mistaken: 0),
        watchRow(trial: 3, watchedAlive: 10, mistakes: 1, mistaken: 0.5), unconfirmed,
      ]).accuracy)
    #expect(accuracy.trials == 3)
    #expect(accuracy.watchedAlive == .seconds(100))
    #expect(accuracy.mistakeRecurrence == .at(.seconds(25)))
    #expect(accuracy.mistakeDuration == .milliseconds(500))
    #expect(accuracy.queryAccuracy == 0.98)
    // Chen et al. 2002, theorem 1: P_A = 1 - E(T_M) / E(T_MR).
    #expect(accuracy.queryAccuracy == 1 - 0.5 / 25)
    #expect(accuracy.falseAlarmsPerHour == 144)
  }

  @Test("without a mistake the recurrence is only known to be longer than a third of the time")
  func noMistake() throws {
    let accuracy = try #require(
      try group([watchRow(trial: 1, watchedAlive: 60, mistakes: 0, mistaken: 0)]).accuracy)
    #expect(accuracy.mistakeRecurrence == .beyond(.seconds(20)))
    #expect(accuracy.mistakeDuration == nil)
    #expect(accuracy.queryAccuracy == 1)
    #expect(accuracy.falseAlarmsPerHour == 0)
    #expect(try group(detections([1])).accuracy == nil)
  }

  @Test("rows of different observers and modes are never pooled")
  func observersAndModes() {
    var server = row(.detected, detection: 5)
    server.observer = .server
    var watching = row(.detected, trial: 2, detection: 7)
    watching.mode = .watch
    let groups = summary(detections([1]) + [server, watching]).groups
    #expect(groups.map(\.observer) == [.client, .server, .client])
    #expect(groups.map(\.mode) == [.act, .act, .watch])
    #expect(groups.map(\.counted) == [1, 1, 1])
  }

  @Test("outcomes are counted by reason too, as far as the reason is a word and not a sentence")
  func reasons() throws {
    var rows = (1...5).map { row(.falseAlarm, trial: $0) } + [row(.missed, trial: 6)]
    for (index, reason) in ["slow", "slow; 2 notes", "no-effect", "it is a sentence", nil, "not-recovered"].enumerated()
    {
      rows[index].reason = reason
    }
    let reasons = try group(rows).reasons
    #expect(reasons.entries.map(\.reason) == ["slow", "no-effect", "not-recovered"])
    #expect(reasons[.falseAlarm, "slow"] == 2)
    #expect(reasons[.missed, "not-recovered"] == 1)
    #expect(reasons[.missed, "slow"] == 0)
  }

  @Test("herds are pooled, single clients are none; failed attempts and learned intervals are told where rows do")
  func herd() throws {
    var rows = detections([1, 2, 3])
    #expect(try group(rows).herd == nil)
    #expect(try group(rows).failedAttempts == nil)
    for (index, clients) in [1, 20, 30].enumerated() {
      rows[index].clients = clients
      rows[index].clientsDeclared = clients > 1 ? clients - 1 : nil
      rows[index].clientsFailedOver = clients > 1 ? clients - 2 : nil
      rows[index].lastFailover = clients > 1 ? .seconds(clients) : nil
      rows[index].failedAttempts = index
      rows[index].learnedInterval = .seconds(60 * index)
    }
    let group = try group(rows)
    let herd = try #require(group.herd)
    #expect([herd.clients, herd.declared, herd.failedOver] == [50, 48, 46])
    #expect(herd.lastFailover.median == .at(.seconds(25)))
    #expect(group.failedAttempts == 3)
    #expect(group.learnedInterval.median == .at(.seconds(60)))
  }

  @Test("residuals are pooled over all rows with a prediction, and detectors with one outside are listed")
  func residuals() throws {
    var rows = detections([1, 2, 3]) + detections([1, 2], detector: "heartbeat") + [row(.missed, detector: "none")]
    for (index, within) in [true, false, true, true, nil, true].enumerated() { rows[index].withinPrediction = within }
    rows[1].lag = .milliseconds(40)
    var unconfirmed = rows[1]
    unconfirmed.trial = 9
    unconfirmed.faultVerdict = .inconclusive
    let residuals = try #require(Residuals.byClock(summary(rows + [unconfirmed])).first)
    #expect(residuals.cells == 3)
    #expect(residuals.predicted == 5)
    #expect(residuals.inside == 4)
    #expect(residuals.shareInside == 0.8)
    #expect(residuals.outliers.map(\.detector) == ["keepalive"])
    #expect(residuals.outliers[0].predicted == 3)
    #expect(residuals.outliers[0].findings.map(\.trial) == [2])
    #expect(residuals.outliers[0].findings.map(\.lag) == [.milliseconds(40)])
    #expect(Residuals.byClock(summary([])).isEmpty)
    #expect(Residuals.byClock(summary([row(.missed)])).map(\.shareInside) == [nil])
  }

  @Test("findings beyond the limit are counted")
  func limit() {
    var builder = SummaryBuilder(findingLimit: 2)
    for trial in 1...5 { builder.add(bareRow(.error, trial: trial)) }
    let errors = builder.summary().scenarios[0].errors
    #expect(errors.items.map(\.trial) == [1, 2])
    #expect(errors.omitted == 3)
    #expect(errors.count == 5)
  }
}
