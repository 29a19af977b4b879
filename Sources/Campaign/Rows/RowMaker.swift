import EndpointProtocol
import Lab
import Model

/// The row of a measurement, made from its log: the same log gives the same row.
func row(of log: MeasurementLog, planned: PlannedMeasurement, facts: RowFacts) -> ResultRow {
  RowMaker(LoggedMeasurement(planned, log), facts).row()
}

/// Values that several columns of a row use, looked up once.
struct RowMaker {
  let measurement: LoggedMeasurement
  let facts: RowFacts
  let faults: FaultHistory
  /// When the measured fault took effect.
  let t0: Instant?
  /// The faults' effects on the connection, relative to t0; none before it.
  let effects: [EffectSpan]
  let settings: DetectorSettings
  let declared: Verdict?
  let recoveredAt: Instant?
  let failedOverAt: Instant?
  let observedUntil: Instant?
  let lag: Duration?

  init(_ measurement: LoggedMeasurement, _ facts: RowFacts) {
    self.measurement = measurement
    self.facts = facts
    let faults = measurement.faults
    self.faults = faults
    t0 = faults.t0?.midpoint
    effects =
      t0.map { t0 in
        let carriedOut = faults.spans.map { span in
          CarriedOut(start: span.start.midpoint - t0, end: span.end.map { $0.midpoint - t0 })
        }
        return measurement.planned.scenario.effects(on: measurement.planned.connection, carriedOut: carriedOut)
      } ?? []
    settings = measurement.settings
    declared = measurement.declared
    recoveredAt = measurement.recoveredAt
    failedOverAt = measurement.failedOverAt
    observedUntil = measurement.observedUntil
    lag = measurement.lag
  }

  var planned: PlannedMeasurement { measurement.planned }
  var watches: Bool { measurement.watches }

  func row() -> ResultRow {
    var row = ResultRow.blank(for: planned, facts)
    guard let begin = measurement.begin else {
      row.reason = measurement.failure
      return row
    }
    row.settings = settings.spelled
    let end = observedUntil ?? declared?.at ?? recoveredAt ?? begin
    let accuracy = accuracy(from: begin, to: end)
    let verdict = verdict(accuracy)
    let judgement = judgement(verdict, mistakes: accuracy.mistakes)
    row.outcome = judgement.outcome
    row.signal = verdict?.signal
    row.mistakes = watches ? accuracy.mistakes : judgement.outcome == .falseAlarm ? 1 : 0
    row.mistakeTime = watches ? accuracy.mistakeTime : nil
    row.watchedAlive = accuracy.alive
    row.lag = lag
    row.reason = reason(judgement.reason)
    countAttempts(in: &row)
    describeFault(from: begin, in: &row)
    for case .learned(let interval, _) in measurement.events { row.learnedInterval = interval }
    guard let t0 else {
      // Healthy up to the false alarm.
      let start = measurement.sample(.healthy)
      row.healthy = declared.flatMap { declared in start.map { declared.at - $0.at } }
      return row
    }
    describeOutcome(verdict, since: t0, in: &row)
    countRequests(since: t0, in: &row)
    countHerd(since: t0, in: &row)
    countTraffic(until: t0, in: &row)
    predict(from: t0, trusted: accuracy.detection.map { $0.from >= t0 } ?? true, in: &row)
    return row
  }

  private func describeOutcome(_ verdict: Verdict?, since t0: Instant, in row: inout ResultRow) {
    row.detection = verdict.flatMap { $0.at >= t0 ? $0.at - t0 : nil }
    row.observed = (verdict?.at ?? (watches ? nil : recoveredAt) ?? observedUntil).flatMap { $0 >= t0 ? $0 - t0 : nil }
    row.lastHeard = lastHeard(at: t0)
    row.recovery = faults.healedAt.flatMap { healed in recoveredAt.map { $0 - healed } }
    row.failover = verdict.map { $0.at >= t0 } ?? true ? failedOverAt.map { $0 - t0 } : nil
  }

  /// The reason, if the outcome does not show it, and other notes for the row's reader.
  private func reason(_ judged: String?) -> String? {
    var parts = [judged].compactMap { $0 }
    if measurement.failover != nil, failedOverAt == nil, declared != nil, let last = failedAttempts.last {
      parts.append("failover failed: \(last)")
    }
    parts += measurement.notes
    return parts.isEmpty ? nil : parts.joined(separator: "; ")
  }

  private func describeFault(from begin: Instant, in row: inout ResultRow) {
    guard let t0 = faults.t0 else { return }
    let proofs = measurement.proofs
    row.faultAt = t0.midpoint - begin
    row.faultUncertainty = t0.uncertainty
    row.healAt = faults.healedAt.map { $0 - begin }
    let share = proofs.compactMap(\.cpuShare).last.map { " cpu=\(($0 * 1000).rounded() / 1000)" } ?? ""
    row.faultBackend = Set(faults.spans.map(\.backend)).sorted().joined(separator: "+") + share
    let worst = proofs.max { $0.verdict < $1.verdict }
    row.faultVerdict = worst?.verdict ?? .inconclusive
    if let worst, worst.verdict != .confirmed {
      row.reason = [row.reason, worst.evidence].compactMap { $0 }.joined(separator: "; ")
    }
  }
}
