import Model
import Results
import Testing

@Suite("Expectations")
struct ExpectationTests {
  private func scenario(_ conditions: [Model.Expectation.Condition], detector: String? = "keepalive") -> Scenario {
    Scenario(
      name: "cable-pull",
      detectors: [
        Detector(name: "keepalive", settings: .none), Detector(name: "heartbeat", settings: .none),
      ],
      timeline: Timeline(entries: []), measured: .cablePull, observe: .seconds(20),
      expectations: conditions.map { Model.Expectation(detector: detector, condition: $0, location: "s.yaml:3:5") })
  }

  private func check(_ condition: Model.Expectation.Condition, _ rows: [ResultRow]) -> ExpectationResult? {
    ExpectationCheck.results(of: scenario([condition]), rows: rows).first
  }

  @Test("every trial must end as expected, and in time")
  func outcome() {
    let expected = Model.Expectation.Condition.outcome(.detected, within: .seconds(4))
    let passed = check(expected, detections([3, 4]))
    #expect(passed?.verdict == .passed)
    #expect(passed?.sentence == "keepalive: every trial detected within 4s: 2 of 2 trials")
    #expect(passed?.location == "s.yaml:3:5")
    let slow = check(expected, detections([3, 4.000000001]))
    #expect(slow?.verdict == .failed)
    #expect(slow?.seen == "trial 2 took 4.000000001 s")
    let missed = check(expected, detections([3]) + [row(.missed, trial: 2), row(.missed, trial: 3, observed: 13)])
    #expect(missed?.verdict == .failed)
    #expect(missed?.seen == "trial 2 ended missed after 12 s, and 1 more of 3")
    #expect(check(.outcome(.survived, within: nil), [row(.survived)])?.verdict == .passed)
    #expect(check(.outcome(.survived, within: .seconds(1)), [row(.survived)])?.seen == "trial 1 has no detection time")
  }

  @Test("a false alarm before the fault fails an expectation of the outcome")
  func falseAlarmOutcome() {
    let rows = detections([3]) + [bareRow(.falseAlarm, trial: 2)]
    #expect(check(.outcome(.detected, within: nil), rows)?.seen == "trial 2 ended false-alarm")
  }

  @Test("rows that do not count leave an expectation inconclusive, never failed")
  func uncounted() {
    var unconfirmed = row(.missed, trial: 2)
    unconfirmed.faultVerdict = .inconclusive
    let rows = [bareRow(.error), unconfirmed]
    for condition: Model.Expectation.Condition in [
      .outcome(.detected, within: nil), .failover(within: .seconds(1)), .recovery(within: .seconds(1)),
      .requestsLost(atMost: 1), .falseAlarms(atMost: 0),
    ] {
      let result = check(condition, rows)
      #expect(result?.verdict == .inconclusive)
      #expect(
        result?.seen == "too few trials: 0, and it takes 1; 2 of 2 rows do not count (unconfirmed faults, errors)")
    }
    #expect(check(.outcome(.detected, within: nil), rows + detections([1]))?.verdict == .passed)
    #expect(check(.outcome(.detected, within: nil), [])?.seen == "it has no rows")
  }

  @Test("a percentile is judged by its upper bound, and takes enough trials")
  func percentile() {
    let median = Model.Expectation.Condition.percentile(50, within: .seconds(3))
    let few = check(median, detections([1, 1, 1, 1]))
    #expect(few?.verdict == .inconclusive)
    #expect(few?.seen == "too few trials: 4, and it takes 5")
    #expect(median.requiredTrials == 5)
    #expect(check(median, detections([1, 1, 1, 1, 3]))?.verdict == .passed)
    let failed = check(median, detections([1, 1, 1, 1, 3.5]))
    #expect(failed?.verdict == .failed)
    #expect(
      failed?.sentence
        == "keepalive: p50 of the detection time within 3s: its 95 % upper bound is 3.5 s in 5 trials")
    #expect(check(median, detections([1, 1, 1, 1, 1, 1, 1, 9]))?.verdict == .passed)
    #expect(
      check(.percentile(95, within: .seconds(3)), detections(Array(repeating: 2, count: 58)))?.verdict == .inconclusive)
    #expect(check(.percentile(95, within: .seconds(3)), detections(Array(repeating: 2, count: 59)))?.verdict == .passed)
  }

  @Test("a percentile looks no better for trials that were missed, late or survived a long effect")
  func percentileOfUndetected() {
    let median = Model.Expectation.Condition.percentile(50, within: .seconds(3))
    let good = detections([1, 1, 1, 1])
    let missed = check(median, good + [row(.missed, trial: 9)])
    #expect(missed?.verdict == .failed)
    #expect(missed?.seen == "its 95 % upper bound is beyond 12 s, as 1 of 5 trials did not detect")
    #expect(check(median, good + [row(.late, trial: 9, detection: 13)])?.verdict == .failed)
    var survived = row(.survived, trial: 9)
    survived.healAt = .seconds(6)
    #expect(check(median, good + [survived])?.verdict == .failed)
    survived.healAt = .seconds(5)
    #expect(check(median, good + [survived])?.verdict == .inconclusive)
  }

  @Test("failover and recovery must happen, and in time")
  func failoverAndRecovery() {
    var rows = detections([1, 2])
    rows[0].failover = .seconds(3)
    rows[0].recovery = .seconds(1)
    #expect(check(.failover(within: .seconds(3)), rows)?.seen == "trial 2 never failed over")
    #expect(check(.recovery(within: .seconds(3)), rows)?.seen == "trial 2 never recovered")
    rows[1].failover = .milliseconds(3001)
    rows[1].recovery = .seconds(3)
    #expect(check(.failover(within: .seconds(3)), rows)?.seen == "trial 2 failed over after 3.001 s")
    #expect(check(.recovery(within: .seconds(3)), rows)?.verdict == .passed)
  }

  @Test("lost requests are counted per trial, and only where there were requests")
  func requestsLost() {
    var rows = detections([1, 2])
    let limit = Model.Expectation.Condition.requestsLost(atMost: 4)
    #expect(check(limit, rows)?.verdict == .inconclusive)
    rows[0].requestsLost = 4
    #expect(check(limit, rows)?.seen == "trial 2 has no count of lost requests")
    rows[1].requestsLost = 5
    #expect(check(limit, rows)?.seen == "trial 2 lost 5 requests")
    rows[1].requestsLost = 0
    #expect(check(limit, rows)?.verdict == .passed)
  }

  @Test("every trial must have learned the same interval, exactly")
  func learnedInterval() {
    var rows = detections([1, 2])
    let promise = Model.Expectation.Condition.learnedInterval(.seconds(235))
    rows[0].learnedInterval = .seconds(235)
    #expect(check(promise, rows)?.seen == "trial 2 learned nothing")
    rows[1].learnedInterval = .seconds(205)
    #expect(check(promise, rows)?.seen == "trial 2 learned 205s")
    rows[1].learnedInterval = .seconds(235)
    #expect(check(promise, rows)?.verdict == .passed)
    #expect(check(promise, rows)?.sentence.contains("every trial learned 235s: 2 of 2 trials") == true)
  }

  @Test("false alarms are counted over all trials together")
  func falseAlarms() {
    var monitored = row(.detected, trial: 3, detection: 1)
    monitored.mistakes = 2
    let rows = [bareRow(.falseAlarm, trial: 1), row(.detected, trial: 2, detection: 1), monitored]
    #expect(check(.falseAlarms(atMost: 3), rows)?.verdict == .passed)
    #expect(check(.falseAlarms(atMost: 2), rows)?.verdict == .failed)
    #expect(check(.falseAlarms(atMost: 2), rows)?.seen == "3 in 3 trials")
  }

  @Test("query accuracy is judged over all trials together, and only where detectors watched")
  func queryAccuracy() {
    let rows = [
      watchRow(trial: 1, watchedAlive: 10, mistakes: 1, mistaken: 0.3),
      watchRow(.missed, trial: 2, watchedAlive: 20, mistakes: 0, mistaken: 0),
    ]
    func check(_ least: Double, _ rows: [ResultRow]) -> ExpectationResult? {
      ExpectationCheck.results(of: scenario([.queryAccuracy(atLeast: least)], detector: "phi-accrual"), rows: rows)
        .first
    }
    #expect(check(0.99, rows)?.verdict == .passed)
    #expect(
      check(0.99, rows)?.sentence == "phi-accrual: query accuracy P_A at least 0.99: P_A is 0.99 over 30 s in 2 trials")
    #expect(check(0.991, rows)?.verdict == .failed)
    var acting = rows[0]
    acting.mode = .act
    #expect(check(0.5, [acting])?.verdict == .inconclusive)
    #expect(check(0.5, [acting])?.seen == "no trial says how long it was right (expected mode watch)")
    var unconfirmed = rows[0]
    unconfirmed.faultVerdict = .mismatch
    #expect(check(0.5, [unconfirmed])?.verdict == .inconclusive)
  }

  @Test("an expectation asks of one observer, and of every detector that runs on its side")
  func observer() {
    let settings = DetectorSettings.none
    var scenario = scenario([])
    scenario.detectors = [
      Detector(name: "both", settings: settings, observers: [.client, .server]),
      Detector(name: "client's", settings: settings),
      Detector(name: "server's", settings: settings, observers: [.server]),
    ]
    scenario.expectations = [Observer.client, .server].map {
      Model.Expectation(detector: nil, observer: $0, condition: .outcome(.detected, within: nil))
    }
    var rows = [row(.detected, detector: "both", detection: 1), row(.detected, detector: "client's", detection: 1)]
    for name in ["both", "server's"] {
      var seen = row(.missed, detector: name)
      seen.observer = .server
      rows.append(seen)
    }
    let results = ExpectationCheck.results(of: scenario, rows: rows)
    #expect(results.map(\.detector) == ["both", "client's", "both", "server's"])
    #expect(results.map(\.verdict) == [.passed, .passed, .failed, .failed])
    #expect(results[2].sentence == "both (server): every trial detected: trial 1 ended missed after 12 s")
  }

  @Test("an expectation of every detector is checked of each that was run, on its own rows only")
  func everyDetector() {
    let scenario = scenario([.outcome(.detected, within: nil)], detector: nil)
    var foreign = row(.missed, trial: 3)
    foreign.scenario = "blackhole"
    var otherPlan = row(.missed, trial: 4)
    otherPlan.plan = "pfedcba9876543210"
    let rows = detections([1, 2]) + [row(.missed, detector: "heartbeat"), foreign, otherPlan]
    let all = ExpectationCheck.results(of: scenario, plan: "p0123456789abcdef", rows: rows)
    #expect(all.map(\.detector) == ["keepalive", "heartbeat"])
    #expect(all.map(\.verdict) == [.passed, .failed])
    let one = ExpectationCheck.results(
      of: scenario, plan: "p0123456789abcdef", detectors: ["keepalive"], rows: rows)
    #expect(one.map(\.verdict) == [.passed])
  }

  @Test("a failure outweighs doubt, and doubt outweighs success")
  func exitStatus() {
    var unconfirmed = row(.missed)
    unconfirmed.faultVerdict = .mismatch
    func results(_ rows: [ResultRow]) -> [ExpectationResult] {
      ExpectationCheck.results(of: scenario([.outcome(.detected, within: nil)]), rows: rows)
    }
    let good = detections([1])
    #expect(RunVerdict(results(good), rows: good).exitStatus == .success)
    #expect(RunVerdict(results(good), rows: good).explanation == nil)
    let doubtful = good + [unconfirmed, bareRow(.error, trial: 2), bareRow(.error, trial: 3)]
    #expect(RunVerdict(results(doubtful), rows: doubtful).exitStatus == .inconclusive)
    #expect(
      RunVerdict(results(doubtful), rows: doubtful).explanation
        == "1 fault was not confirmed, 2 trials could not be measured")
    let failed = doubtful + [row(.missed, trial: 9)]
    #expect(RunVerdict(results(failed), rows: failed).exitStatus == .failed)
    #expect(RunVerdict(results([]), rows: []).exitStatus == .inconclusive)
    #expect(RunVerdict([], rows: [bareRow(.falseAlarm)]).exitStatus == .success)
  }
}
