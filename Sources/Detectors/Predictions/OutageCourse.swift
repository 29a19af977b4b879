import Model

/// The course of a mechanism that waits for answers, outage by outage: it declares the peer dead, or the connection
/// recovers in time, or the two come so close that no closed form decides.
struct OutageCourse {
  var outages: Outages
  /// The kernel's part: the data that is written during outages, and when it gets through afterwards.
  var transmission: RetransmissionPrediction
  /// By when losses in an outage have been replaced, if not by retransmission: given the outage, and its start unless
  /// that is t0.
  var recovery: ((_ outage: Outage, _ start: Duration?) -> Duration?)?

  /// The result of an outage that never ends.
  enum Verdict {
    /// `lastAttempt`: the last segment sent before that, if only its answer can prevent it.
    case declared(ClosedRange<Duration>, lastAttempt: ClosedRange<Duration>?)
    case never
    case unknown(String)
  }

  /// How late, beyond the model, a segment may be sent.
  private static let margin = Duration.milliseconds(10)

  private var known: Duration { transmission.circumstances.moment?.sampled ?? .zero }

  /// - Parameter verdict: the verdict for an outage, and its start unless that is t0, where the state may be known.
  func prediction(_ verdict: (Outage, Duration?) -> Verdict) -> Prediction {
    if outages.lostFrom != nil { return lostPrediction(verdict) }
    var upcoming = outages.list[...]
    var memory = OutageMemory(course: self)
    guard var current = upcoming.popFirst() else { return .never }
    var expected = verdict(current, start(current))
    while true {
      let range: ClosedRange<Duration>
      var safe = false
      switch expected {
      case .never: return .never
      case .unknown(let reason): return .unknown(reason)
      case .declared(let declared, let lastAttempt):
        range = declared
        guard let end = current.end, end < range.upperBound else { return .range(range) }
        if let lastAttempt, !current.hostUnreachable {
          if lastAttempt.upperBound + Self.margin < end { return .range(range) }
          safe = lastAttempt.lowerBound - Self.margin > end
        }
      }
      let recovered = memory.recovered(current, from: start(current))
      guard safe || recovered.map({ $0 < range.lowerBound }) ?? false else {
        return .unknown("the outage ends about when the peer would be declared dead, or recovery takes until then")
      }
      guard let next = upcoming.popFirst() else { return .never }
      let later = memory.verdict(next, verdict)
      if let recovered, recovered <= next.start {
        (current, expected) = (next, later)
      } else {
        // It is possible that nothing was answered in between.
        current = current.merged(with: next)
        guard case .declared(let again, _) = later else { return .unknown("the outages follow closely on each other") }
        expected = .declared(range.hull(again), lastAttempt: nil)
      }
    }
  }

  private func start(_ outage: Outage) -> Duration? { outage.start <= known ? nil : outage.start }

  /// By when everything that was lost in an outage has been answered; nil if it does not end or that is not known.
  ///
  /// - Parameters:
  ///   - start: of the outage, unless that is t0.
  ///   - pending: what was written into it first.
  func recovered(_ outage: Outage, from start: Duration?, pending: () -> [PendingData]?) -> Duration? {
    guard let end = outage.end else { return nil }
    // A process that was silent must first work through its backlog.
    guard outage.pathBroken else { return end + .milliseconds(100) }
    if let recovery { return recovery(outage, start) }
    guard let pending = pending() else { return nil }
    return transmission.recovered(of: pending, heal: end, reverting: outage.hostUnreachable)
  }

  /// The peer has lost the connection: it answers the first segment that reaches it with a reset (RFC 9293, section
  /// 3.10.7.1).
  private func lostPrediction(_ verdict: (Outage, Duration?) -> Verdict) -> Prediction {
    guard let lost = outages.lostFrom else { return .never }
    guard outages.list.count <= 1, outages.list.allSatisfy({ $0.start <= lost && ($0.end.map { $0 >= lost } ?? true) })
    else { return .unknown("the peer loses its state apart from an outage") }
    var outage = outages.list.first ?? Outage(start: lost, end: lost, pathBroken: true, hostUnreachable: false)
    let heal = outage.end
    outage.end = nil
    let start = self.start(outage)
    let range: ClosedRange<Duration>
    switch verdict(outage, start) {
    case .never: return .never
    case .unknown(let reason): return .unknown(reason)
    case .declared(let declared, _): range = declared
    }
    guard let heal, heal < range.upperBound else { return .range(range) }
    guard let pending = transmission.pending(from: start, in: outage) else {
      return .unknown(Reason.backingOff)
    }
    // The next segment is a retransmission of what was lost before, or the next write.
    let inFlight = start == nil && transmission.alreadyPending
    let writes = pending.map(\.zero)
    let earliest = inFlight ? heal : max(heal, writes.map(\.lowerBound).min() ?? heal)
    var latest = transmission.recovered(of: pending, heal: heal, reverting: outage.hostUnreachable)
    if let spacing = transmission.nextWrite, outages.list.isEmpty {
      latest = start.map { $0 + (spacing.upperBound - spacing.lowerBound) } ?? spacing.upperBound
      latest += transmission.circumstances.roundTrip * 2
    } else {
      latest = max(latest, writes.map(\.upperBound).max() ?? latest)
    }
    return .range(min(earliest, range.lowerBound)...min(latest, range.upperBound))
  }
}

extension OutageCourse.Verdict {
  /// The same for an outage that begins `delay` later.
  func later(by delay: Duration) -> Self {
    func shifted(_ range: ClosedRange<Duration>) -> ClosedRange<Duration> {
      (range.lowerBound + delay)...(range.upperBound + delay)
    }
    return switch self {
    case .declared(let range, let lastAttempt): .declared(shifted(range), lastAttempt: lastAttempt.map(shifted))
    case .never, .unknown: self
    }
  }

  /// Whichever comes first.
  func orEarlier(_ other: ClosedRange<Duration>?) -> OutageCourse.Verdict {
    guard case .declared(let range, _) = self, let other else { return self }
    let first = min(range.lowerBound, other.lowerBound)...min(range.upperBound, other.upperBound)
    return .declared(first, lastAttempt: nil)
  }
}

extension Prediction {
  static func range(_ range: ClosedRange<Duration>) -> Prediction {
    .range(min: max(.zero, range.lowerBound), max: max(.zero, range.upperBound))
  }
}
