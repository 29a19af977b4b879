import Model

/// Collects one detector's rows in one scenario, seen from one side, in one mode, by one clock.
struct GroupAccumulator: Sendable {
  private let detector: String
  private let observer: Observer
  private let mechanism: Mechanism
  private let settings: String
  private let mode: DetectorMode

  private var trials = 0
  private var counted = 0
  private var unconfirmed = 0
  private var errors = 0
  private var verdicts = Tally<FaultVerdict>()
  private var outcomes = Tally<Outcome>()
  private var reasons = ReasonTally()
  private var detection = Sample()
  private var recovery = Sample()
  private var failover = Sample()
  private var predicted: Prediction?
  private var withPrediction = 0
  private var outsidePrediction = 0
  private var worstCase: Duration?
  private var requestsLost: [Int32] = []
  private var requestsSent = 0
  private var segments = Rate()
  private var wireBytes = Rate()
  private var lagMax: Duration?
  private var accuracy = AccuracyMetrics()
  private var herd = HerdAccumulator()
  private var failedAttempts: Int?
  private var learnedInterval = Sample()
  private var draws = DrawRegistry()
  private(set) var completeness = Completeness()

  init(_ row: ResultRow) {
    detector = row.detector
    observer = row.observer
    mechanism = row.mechanism
    settings = row.settings
    mode = row.mode
  }

  /// Records that the row exists, whether or not it counts.
  mutating func register(_ row: ResultRow) { completeness.add(row) }

  /// Whether no earlier row had this one's draw.
  mutating func isNewDraw(_ row: ResultRow) -> Bool { draws.insert(row) }

  mutating func add(_ row: ResultRow) {
    trials += 1
    if let verdict = row.faultVerdict { verdicts.add(verdict) }
    switch row.standing {
    case .error: errors += 1
    case .unconfirmed: unconfirmed += 1
    case .counted:
      counted += 1
      outcomes.add(row.outcome)
      if let reason = row.reason { reasons.add(row.outcome, reason) }
      accuracy.add(row)
      herd.add(row)
      if let attempts = row.failedAttempts { failedAttempts = (failedAttempts ?? 0) + attempts }
      if let interval = row.learnedInterval { learnedInterval.insert(interval) }
      addTimes(row)
      addPrediction(row)
      addCost(row)
    }
  }

  private mutating func addTimes(_ row: ResultRow) {
    switch row.outcome {
    case .detected: if let time = row.detection { detection.insert(time) }
    case .missed: if let waited = row.observed { detection.insert(beyond: waited) }
    case .late, .survived, .unaffected, .falseAlarm, .error: break
    }
    if let time = row.recovery { recovery.insert(time) }
    if let time = row.failover { failover.insert(time) }
  }

  private mutating func addPrediction(_ row: ResultRow) {
    if let within = row.withinPrediction {
      withPrediction += 1
      if !within { outsidePrediction += 1 }
    }
    if let predictedMin = row.predictedMin, let predictedMax = row.predictedMax, let lastHeard = row.lastHeard {
      // Only the upper end, if the state at t0 left open whether the last answer had arrived.
      worstCase = max(worstCase ?? .zero, predictedMax, predictedMin + lastHeard)
    }
    guard let new = row.prediction else { return }
    switch (predicted, new) {
    case (.range(let min, let max), .range(let newMin, let newMax)):
      if newMin < min || newMax > max { predicted = .range(min: Swift.min(min, newMin), max: Swift.max(max, newMax)) }
    case (.range, _): break
    case (_, _): predicted = new
    }
  }

  private mutating func addCost(_ row: ResultRow) {
    if let lost = row.requestsLost {
      requestsLost.append(Int32(clamping: lost))
      requestsSent += row.requestsSent ?? 0
    }
    if let healthy = row.healthy {
      segments.add(row.healthySegmentsOut, row.healthySegmentsIn, over: healthy)
      wireBytes.add(row.healthyWireBytesOut, row.healthyWireBytesIn, over: healthy)
    }
    if let lag = row.lag { lagMax = max(lagMax ?? lag, lag) }
  }

  func summary() -> GroupSummary {
    let lost = requestsLost.sorted()
    let middle = lost.isEmpty ? nil : (Double(lost[(lost.count - 1) / 2]) + Double(lost[lost.count / 2])) / 2
    return GroupSummary(
      detector: detector, observer: observer, mechanism: mechanism, settings: settings, mode: mode, trials: trials,
      counted: counted, unconfirmed: unconfirmed, errors: errors, verdicts: verdicts, outcomes: outcomes,
      reasons: reasons,
      detection: TimeStatistics(detection.sorted()), predicted: predicted,
      withPrediction: withPrediction, outsidePrediction: outsidePrediction,
      worstCase: worstCase, recovery: TimeStatistics(recovery.sorted()), failover: TimeStatistics(failover.sorted()),
      requestsLostMedian: middle, requestsLost: lost.isEmpty ? nil : lost.reduce(0) { $0 + Int($1) },
      requestsSent: lost.isEmpty ? nil : requestsSent, segmentsPerHour: segments.perHour,
      wireBytesPerHour: wireBytes.perHour, lagMax: lagMax,
      accuracy: accuracy.trials > 0 ? accuracy : nil, herd: herd.summary(), failedAttempts: failedAttempts,
      learnedInterval: TimeStatistics(learnedInterval.sorted()))
  }
}

/// A count over a time, pooled.
private struct Rate: Sendable {
  // In 128 bits, so that no number of rows can overflow it.
  private var count = Int128(0)
  private var time = Duration.zero

  mutating func add(_ out: Int?, _ in: Int?, over time: Duration) {
    guard let out, let `in` else { return }
    count += Int128(out) + Int128(`in`)
    self.time += time
  }

  /// nil if no time has passed.
  var perHour: Double? { time > .zero ? Double(count) / time.inSeconds * 3600 : nil }
}
