import EndpointProtocol
import Lab
import Model

// What the detector said, right or wrong.
extension RowMaker {
  /// A verdict that came during the injection counts as coming at t0: t0 is not known more precisely.
  private func settled(_ verdict: Instant) -> Instant {
    guard let t0 = faults.t0, (t0.before..<t0.midpoint).contains(verdict) else { return verdict }
    return t0.midpoint
  }

  /// The suspicions of a detector in mode `watch`.
  private var suspicions: [Suspicion] {
    var list: [Suspicion] = []
    for event in measurement.events {
      switch event {
      case .suspected(let at, let signal): list.append(Suspicion(signal: signal, from: settled(at)))
      case .trusted(let at): if !list.isEmpty { list[list.count - 1].until = at }
      // The kernel's own verdict is final.
      case .declared(let at, let signal):
        if list.last.map({ $0.until != nil }) ?? true { list.append(Suspicion(signal: signal, from: settled(at))) }
      default: break
      }
    }
    return list
  }

  func accuracy(from begin: Instant, to end: Instant) -> Accuracy {
    let outages = t0.map { effects.outages(t0: $0, recoveredAt: recoveredAt, end: end) } ?? []
    let watched = begin..<max(begin, watches ? end : min(end, declared?.at ?? end))
    return Accuracy(of: watches ? suspicions : [], outages: outages, window: watched, t0: t0)
  }

  /// What counts as the detection. Even without a fault, the connection of a watching detector may have ended.
  func verdict(_ accuracy: Accuracy) -> Verdict? {
    if watches, let t0 {
      return accuracy.detection.map { Verdict(at: max($0.from, t0), signal: $0.signal) }
    }
    return declared.map { Verdict(at: settled($0.at), signal: $0.signal) }
  }

  func judgement(_ verdict: Verdict?, mistakes: Int) -> Judgement {
    if let failure = measurement.failure { return Judgement(.error, failure) }
    if t0 == nil, declared != nil, faults.haveDisturbed {
      let names = faults.spans.map(\.fault.kind.rawValue).joined(separator: ", ")
      return Judgement(.error, "declared dead by an earlier fault than the measured one: \(names)")
    }
    return Judgement(
      of: History(
        t0: t0, effects: effects, healedAt: faults.healedAt, declaredAt: verdict?.at, recoveredAt: recoveredAt,
        mistakes: mistakes, isOverload: verdict?.signal == .overloaded))
  }
}
