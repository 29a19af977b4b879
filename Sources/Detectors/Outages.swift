import Model

/// A stretch of time, relative to t0, in which nobody answers.
struct Outage: Hashable {
  var start: Duration
  /// nil: it never ends.
  var end: Duration?
  /// Segments vanish; false: the peer's kernel acknowledges them, only its process is silent.
  var pathBroken: Bool
  var hostUnreachable: Bool
}

/// A fault's effects as a mechanism meets them: outages in order of time, disjoint, and perhaps the loss of the peer's
/// state.
struct Outages {
  var list: [Outage] = []
  /// From here on, the peer answers every segment that reaches it with a reset.
  var lostFrom: Duration?
  /// There is an effect that has no closed form.
  var slow = false

  /// `service`: whether a peer whose kernel answers but whose process does not counts as an outage.
  init(_ effects: [EffectSpan], service: Bool) {
    for span in effects.sorted(by: { $0.start < $1.start }) where span.end.map({ $0 > span.start }) ?? true {
      switch span.effect {
      case .none: continue
      case .slow: slow = true
      case .connectionLost: lostFrom = min(lostFrom ?? span.start, span.start)
      case .serviceUnresponsive:
        if service { add(Outage(start: span.start, end: span.end, pathBroken: false, hostUnreachable: false)) }
      case .pathBroken(let unreachable):
        add(Outage(start: span.start, end: span.end, pathBroken: true, hostUnreachable: unreachable))
      }
    }
  }

  private mutating func add(_ outage: Outage) {
    guard let last = list.last, last.end.map({ $0 >= outage.start }) ?? true else { return list.append(outage) }
    list[list.count - 1] = last.merged(with: outage)
  }
}

extension Outage {
  /// One outage from the start of the first to the end of the last.
  func merged(with other: Outage) -> Outage {
    var both = self
    both.start = min(start, other.start)
    both.end = end.flatMap { end in other.end.map { max(end, $0) } }
    both.pathBroken = pathBroken || other.pathBroken
    both.hostUnreachable = hostUnreachable || other.hostUnreachable
    return both
  }
}
