import Model

/// A time during which a detector in mode `watch` suspected its peer.
struct Suspicion: Sendable, Hashable {
  let signal: Signal
  let from: Instant
  /// nil: to the end of the observation.
  var until: Instant?
}

/// A time in which the peer did not answer.
struct DeadTime: Sendable, Hashable {
  let start: Instant
  /// When the last fault that caused it was healed, or the observation's end.
  var end: Instant
  /// When a round trip proved that it is over, if that was later: until then a suspicion is not a mistake.
  var over: Instant

  init(_ start: Instant, _ end: Instant, over: Instant? = nil) {
    self.start = start
    self.end = end
    self.over = max(end, over ?? end)
  }
}

/// What a detector got right and wrong about a peer that was alive at some times and dead at others (Chen, Toueg,
/// Aguilera 2002).
struct Accuracy: Sendable, Hashable {
  /// Suspicions of a peer that was alive.
  let mistakes: Int
  /// How long these lasted while the peer was alive.
  let mistakeTime: Duration
  /// How long the peer was alive, and not rightly suspected of an outage just over.
  let alive: Duration
  /// The suspicion that held at the end of the outage which contains `t0`: the one that counts as its detection.
  let detection: Suspicion?

  /// A heal takes effect slightly before it is known: a monitor may have ended its suspicion by then.
  private static let healing = Duration.milliseconds(10)

  /// - Parameters:
  ///   - outages: in order of time, disjoint.
  ///   - window: when the detector watched.
  ///   - t0: when the measured fault took effect; nil if it did not.
  init(of suspicions: [Suspicion], outages: [DeadTime], window: Range<Instant>, t0: Instant?) {
    func until(_ suspicion: Suspicion) -> Instant { min(suspicion.until ?? window.upperBound, window.upperBound) }

    // A suspicion that an outage has caused or confirmed is not a mistake, however long it takes until it is taken
    // back.
    let dead = outages.map { outage in
      let held = suspicions.filter { $0.from < outage.over && until($0) > outage.start }
      return outage.start..<max(outage.over, held.map(until).max() ?? outage.over)
    }
    let mistaken = suspicions.filter { suspicion in
      window.contains(suspicion.from) && !outages.contains { ($0.start..<$0.over).contains(suspicion.from) }
    }
    mistakes = mistaken.count
    mistakeTime = mistaken.map { suspicion in
      let next = dead.map(\.lowerBound).first { $0 > suspicion.from } ?? window.upperBound
      return min(until(suspicion), next) - suspicion.from
    }.reduce(.zero, +)
    alive = Self.length(of: window, outside: dead)
    let measured = t0.flatMap { t0 in outages.first { $0.end > t0 } }
    detection = measured.flatMap { outage in
      let end = min(outage.end, window.upperBound)
      return suspicions.last { $0.from < end && until($0) + Self.healing >= end }
    }
  }

  /// How much of `window` lies outside all `holes`, which are in order of their starts.
  static func length(of window: Range<Instant>, outside holes: [Range<Instant>]) -> Duration {
    var free = Duration.zero
    var position = window.lowerBound
    for hole in holes where hole.upperBound > position {
      if hole.lowerBound >= window.upperBound { break }
      if hole.lowerBound > position { free += hole.lowerBound - position }
      position = hole.upperBound
    }
    if position < window.upperBound { free += window.upperBound - position }
    return free
  }
}

extension [EffectSpan] {
  /// When the peer does not answer, in order of time and disjoint.
  ///
  /// - Parameters:
  ///   - recoveredAt: the first round trip after the last heal.
  ///   - end: of the observation.
  func outages(t0: Instant, recoveredAt: Instant?, end: Instant) -> [DeadTime] {
    var outages: [DeadTime] = []
    for span in filter(\.effect.isDeadly).sorted(by: { $0.start < $1.start }) {
      let (start, over) = (t0 + span.start, span.end.map { t0 + $0 } ?? end)
      guard over > start else { continue }
      if let previous = outages.last, previous.end >= start {
        outages[outages.count - 1] = DeadTime(previous.start, Swift.max(previous.end, over))
      } else {
        outages.append(DeadTime(start, over))
      }
    }
    if let recoveredAt, let last = outages.indices.last, recoveredAt > outages[last].end {
      outages[last].over = recoveredAt
    }
    return outages
  }
}

extension FaultEffect {
  /// Whether no answer comes while it lasts: then it is right to suspect the peer. A slow peer, or one that does not
  /// read for a while, is alive.
  var isDeadly: Bool {
    switch self {
    case .pathBroken, .connectionLost, .serviceUnresponsive: true
    case .notReading, .slow, .none: false
    }
  }

  /// Whether a round trip is possible while it lasts.
  var letsAnswersThrough: Bool {
    switch self {
    case .slow, .none: true
    case .pathBroken, .connectionLost, .serviceUnresponsive, .notReading: false
    }
  }
}
