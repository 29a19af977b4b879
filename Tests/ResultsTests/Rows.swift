import Model
import Results

/// A row with only what every row has.
func bareRow(_ outcome: Outcome = .error, trial: Int = 1, detector: String = "keepalive") -> ResultRow {
  ResultRow(
    version: "0.1.0", plan: "p0123456789abcdef", run: "r1", scenario: "cable-pull", trial: trial, trialsPlanned: 10,
    seed: 7, startedAt: "2026-01-31T12:00:00Z", kernel: "6.18.5", hz: 250, path: .routed, family: .ipv4,
    workload: "idle", timeline: "3s inject cable-pull server", fault: .cablePull, faultTarget: "server",
    detector: detector, mechanism: .keepalive, settings: "idle=1s interval=1s probes=2", outcome: outcome)
}

/// A row whose fault was confirmed.
func row(
  _ outcome: Outcome, trial: Int = 1, detector: String = "keepalive", detection: Double? = nil, observed: Double = 12
) -> ResultRow {
  var row = bareRow(outcome, trial: trial, detector: detector)
  row.faultVerdict = .confirmed
  row.faultAt = .seconds(3)
  row.detection = detection.map { Duration(seconds: $0) }
  row.observed = Duration(seconds: observed)
  return row
}

/// Confirmed rows that detected after these times, in trials 1, 2, ...
func detections(_ times: [Double], detector: String = "keepalive") -> [ResultRow] {
  times.enumerated().map { row(.detected, trial: $0.offset + 1, detector: detector, detection: $0.element) }
}

/// A row with every column filled, and text that needs quoting.
func fullRow() -> ResultRow {
  var row = bareRow(.detected, trial: 3)
  row.cables = "server: delay=20ms, loss=0.5%"
  row.workload = "requests every=200ms timeout=1s"
  row.faultBackend = "carrier"
  row.faultAt = .nanoseconds(3_412_000_000)
  row.healAt = .seconds(15)
  row.faultUncertainty = .nanoseconds(84_001)
  row.faultVerdict = .confirmed
  row.reason = "said \"no\",\nthen nothing"
  row.signal = .errno("ETIMEDOUT")
  row.detection = .nanoseconds(3_004_127_000)
  row.observed = .nanoseconds(3_004_127_001)
  row.lastHeard = .nanoseconds(1)
  row.predictedMin = .zero
  row.predictedMax = .milliseconds(3100)
  row.withinPrediction = true
  row.recovery = .milliseconds(-5)
  row.failover = .seconds(7875)
  row.requestsSent = 40
  row.requestsLost = 15
  row.mistakes = 0
  row.mistakeTime = .zero
  row.healthy = .milliseconds(3250)
  row.healthySegmentsOut = 6
  row.healthySegmentsIn = 7
  row.healthyWireBytesOut = 396
  row.healthyWireBytesIn = 462
  row.lag = .microseconds(250)
  row.watchedAlive = .milliseconds(2750)
  row.clients = 20
  row.clientsDeclared = 19
  row.clientsFailedOver = 18
  row.lastFailover = .milliseconds(4500)
  row.failoverPolicy = "backoff base=100ms"
  row.failedAttempts = 3
  row.learnedInterval = .seconds(240)
  return row
}

/// A file of these rows.
func csv(_ rows: [ResultRow]) -> [UInt8] {
  CSVEncoder.header + rows.flatMap(CSVEncoder.row)
}

/// A confirmed row of a detector in mode `watch`, right for `accurate` seconds but for its mistakes.
func watchRow(
  _ outcome: Outcome = .detected, trial: Int = 1, watchedAlive: Double, mistakes: Int, mistaken: Double
) -> ResultRow {
  var row = row(outcome, trial: trial, detector: "phi-accrual", detection: outcome == .detected ? 2 : nil)
  row.mechanism = .phiAccrual
  row.mode = .watch
  row.watchedAlive = Duration(seconds: watchedAlive)
  row.mistakes = mistakes
  row.mistakeTime = Duration(seconds: mistaken)
  return row
}

/// A file as version 1 wrote it: the first 50 columns. Cells must need no quotes.
func csvOfVersion1(_ rows: [ResultRow]) -> String {
  csv(rows).text.split(separator: "\n").enumerated().map { index, line in
    var cells = line.split(separator: ",", omittingEmptySubsequences: false).prefix(50)
    if index > 0 { cells[0] = "1" }
    return cells.joined(separator: ",") + "\n"
  }.joined()
}

/// What is wrong with a file, one line each; empty if nothing is.
func errors(in bytes: [UInt8]) -> [String] {
  do throws(InvalidResults) {
    _ = try ResultsReader.rows(of: bytes, file: "r.csv")
    return []
  } catch {
    return error.errors.map(\.description) + (error.omitted > 0 ? ["and \(error.omitted) more"] : [])
  }
}

func errors(in text: String) -> [String] { errors(in: Array(text.utf8)) }

extension [UInt8] {
  var text: String { String(decoding: self, as: UTF8.self) }
}
