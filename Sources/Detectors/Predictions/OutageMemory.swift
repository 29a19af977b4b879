import Model

/// What has been worked out about outages. There may be ten thousand, and those of one kind differ by their start alone,
/// unless it is t0, where more is known.
struct OutageMemory {
  let course: OutageCourse
  private var verdicts: [Outage: OutageCourse.Verdict] = [:]
  private var recoveries: [Outage: Duration?] = [:]
  private var pending: [PendingKind: [PendingData]?] = [:]

  init(course: OutageCourse) { self.course = course }

  private struct PendingKind: Hashable {
    /// Without its start and end.
    var outage: Outage
    var atFault: Bool
  }

  /// What would come of an outage after t0 that never ended.
  mutating func verdict(
    _ outage: Outage, _ verdict: (Outage, Duration?) -> OutageCourse.Verdict
  ) -> OutageCourse.Verdict {
    let kind = outage.moved(to: .zero, end: nil)
    if let known = verdicts[kind] { return known.later(by: outage.start) }
    let expected = verdict(outage.moved(to: outage.start, end: nil), outage.start)
    verdicts[kind] = expected.later(by: .zero - outage.start)
    return expected
  }

  /// By when everything that was lost in an outage has been answered; nil if it does not end or that is not known.
  ///
  /// - Parameter start: of the outage, unless that is t0.
  mutating func recovered(_ outage: Outage, from start: Duration?) -> Duration? {
    guard let end = outage.end else { return nil }
    guard let start else { return recoveredAnew(outage, from: nil) }
    let kind = outage.moved(to: .zero, end: end - outage.start)
    if let known = recoveries[kind] { return known.map { start + $0 } }
    let recovered = recoveredAnew(kind, from: .zero)
    recoveries[kind] = .some(recovered)
    return recovered.map { start + $0 }
  }

  private mutating func recoveredAnew(_ outage: Outage, from start: Duration?) -> Duration? {
    let course = course
    return course.recovered(outage, from: start) {
      let kind = PendingKind(outage: outage.moved(to: .zero, end: nil), atFault: start == nil)
      if let known = pending[kind] { return known }
      let written = course.transmission.pending(from: start, in: outage)
      pending[kind] = .some(written)
      return written
    }
  }
}

extension Outage {
  /// One of the same kind at another time.
  func moved(to start: Duration, end: Duration?) -> Outage {
    var moved = self
    (moved.start, moved.end) = (start, end)
    return moved
  }
}
