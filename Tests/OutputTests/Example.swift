import Model
import Results

/// A scenario with something of everything, and its expectations.
enum Example {
  static func row(_ detector: String, _ mechanism: Mechanism, trial: Int, _ outcome: Outcome) -> ResultRow {
    var row = ResultRow(
      version: "0.1.0", plan: "0123456789abcdef", run: "r1", scenario: "cable-pull", trial: trial, trialsPlanned: 6,
      seed: 7, startedAt: "2026-01-31T12:00:00Z", kernel: "6.18.5", hz: 250, path: .routed, family: .ipv4,
      workload: "requests every=200ms timeout=1s", timeline: "3s inject cable-pull server; 15s heal cable-pull",
      fault: .cablePull, faultTarget: "server", detector: detector, mechanism: mechanism, settings: "", outcome: outcome
    )
    row.faultVerdict = .confirmed
    row.observed = .seconds(12)
    return row
  }

  static let rows: [ResultRow] = {
    var rows: [ResultRow] = []
    for trial in 1...6 {
      var row = row("keepalive", .keepalive, trial: trial, trial == 6 ? .missed : .detected)
      if trial < 6 {
        row.detection = .seconds(2) + .milliseconds(100 * trial) + .nanoseconds(400_000)
        row.failover = .seconds(3)
      }
      row.predictedMin = .seconds(2)
      row.predictedMax = .milliseconds(2450)
      row.lastHeard = .milliseconds(550)
      row.withinPrediction = trial < 5
      row.requestsSent = 40
      row.requestsLost = trial
      row.healthy = .seconds(3)
      row.healthySegmentsOut = 10
      row.healthySegmentsIn = 11
      row.healthyWireBytesOut = 660
      row.healthyWireBytesIn = 770
      rows.append(row)
      var control = Example.row("none", .none, trial: trial, .missed)
      control.withinPrediction = true
      rows.append(control)
    }
    rows[3].faultVerdict = .mismatch
    rows[5].outcome = .error
    rows[5].reason = "no route to the server"
    return rows
  }()

  static var summary: Summary {
    var builder = SummaryBuilder()
    for row in rows { builder.add(row) }
    return builder.summary()
  }

  static let expectations = ExpectationCheck.results(
    of: Scenario(
      name: "cable-pull", detectors: [Detector(name: "keepalive", settings: .none)], timeline: Timeline(entries: []),
      measured: .cablePull, observe: .seconds(20),
      expectations: [
        Model.Expectation(
          detector: "keepalive", condition: .outcome(.detected, within: .seconds(4)), location: "c.yaml:20:5"),
        Model.Expectation(detector: "keepalive", condition: .requestsLost(atMost: 6), location: "c.yaml:21:5"),
        Model.Expectation(
          detector: "keepalive", condition: .percentile(95, within: .seconds(3)), location: "c.yaml:22:5"),
      ]), rows: rows)
}
