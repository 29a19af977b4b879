import Model

/// What becomes of a probe, by when it is sent: outages in jiffies counted from the keepalive timer's zero.
///
/// A boundary is known to a jiffy only: a probe that close to it may fare either way, and both are followed.
struct ProbedPath {
  enum Fate: Hashable {
    case lost
    /// The answer comes at once, or by `latest` if that is later.
    case answered(latest: Int64)
    /// The peer knows the connection no more.
    case reset
  }

  private struct Stretch {
    /// A probe in here may be lost.
    var lost: ClosedRange<Int64>
    /// A probe up to here may still be answered; one from `answeredFrom` on may be answered again.
    var answeredUntil: Int64
    var answeredFrom: Int64
    /// By when a probe that waited for the neighbour's address is answered.
    var answeredBy: Int64
  }

  /// In order of their beginnings.
  private var stretches: [Stretch] = []
  /// For each of them, by when it and all before it are over.
  private var lostBy: [Int64] = []
  /// A probe that gets through from the first on may be answered with a reset, from the second on it certainly is.
  private var reset: ClosedRange<Int64>?

  /// The age of the last segment from which a probe may be lost, and from which it certainly is: the way has forgotten
  /// the connection.
  var forgets: ClosedRange<Int64>?

  private static let ever = Int64.max / 4

  /// Broken from the beginning to the end.
  static let broken = ProbedPath()

  private init() {
    stretches = [
      Stretch(
        lost: -Self.ever...Self.ever, answeredUntil: -Self.ever, answeredFrom: Self.ever, answeredBy: Self.ever)
    ]
    lostBy = Self.ends(of: stretches)
  }

  /// - Parameters:
  ///   - zero: where the count of jiffies begins, relative to t0.
  ///   - known: an outage that began by then is in force for every firing to come.
  init(_ outages: Outages, zero: Duration, known: Duration, interval: Int64, circumstances: Circumstances) {
    let kernel = circumstances.kernel
    for outage in outages.list {
      let begun = outage.start <= known
      let queue = outage.hostUnreachable ? circumstances.resolutionQueue : .zero
      let resolution = outage.hostUnreachable ? kernel.ticksUp(circumstances.resolution) : 0
      let end = outage.end.map { kernel.ticksUp($0 - zero) } ?? Self.ever
      // After the heal a probe may wait for the neighbour's address until the next firing counts it as unanswered.
      let lostUntil = end == Self.ever ? end : max(end, end + resolution - interval)
      let start = begun ? -Self.ever : kernel.ticksDown(outage.start - zero)
      // A probe waits in the neighbour's queue until the heal. If that comes after the next firing, which counts the
      // probe as unanswered, it is as good as lost: the firings after it have probes of their own in the queue.
      let queued = end - interval - TimerWheel.granularity(interval)
      stretches.append(
        Stretch(
          lost: start...max(start, lostUntil),
          answeredUntil: begun ? -Self.ever : kernel.ticksUp(outage.start - zero),
          answeredFrom: outage.end.map {
            max(start, queued, kernel.ticksDown(max(outage.start, $0 - queue) - zero))
          } ?? Self.ever,
          answeredBy: end == Self.ever ? end : end + resolution))
    }
    lostBy = Self.ends(of: stretches)
    if let lost = outages.lostFrom {
      reset = lost <= known ? -Self.ever...(-Self.ever) : kernel.ticksDown(lost - zero)...kernel.ticksUp(lost - zero)
    }
  }

  private static func ends(of stretches: [Stretch]) -> [Int64] {
    stretches.reduce(into: []) { ends, stretch in ends.append(max(ends.last ?? -ever, stretch.lost.upperBound)) }
  }

  /// Whether a probe that is answered in the jiffy `jiffy` or later leaves nothing to fear.
  func isClear(from jiffy: Int64) -> Bool {
    reset == nil && forgets == nil && lostBy.last.map { $0 <= jiffy } ?? true
  }

  /// Every way in which a probe sent at `firing` may fare, each with the part of the range to which it applies.
  func fates(of firing: Firing) -> [(sent: Firing, fate: Fate)] {
    var fates: [(sent: Firing, fate: Fate)] = []
    // What was over before it matters no more, give or take a jiffy for the rounding of a stretch's beginning.
    let first = lostBy.partitioningIndex { $0 >= firing.earliest - 1 }
    var clear = (from: -Self.ever, answeredBy: -Self.ever)
    if first > 0 { clear = (stretches[first - 1].answeredFrom, stretches[first - 1].answeredBy) }
    for stretch in stretches[first...] {
      if stretch.lost.lowerBound > firing.latest {
        return fates + answers(to: firing, from: clear.from, until: stretch.answeredUntil, latest: clear.answeredBy)
      }
      if let sent = firing.clamped(to: stretch.lost) { fates.append((sent, .lost)) }
      fates += answers(to: firing, from: clear.from, until: stretch.answeredUntil, latest: clear.answeredBy)
      clear = (stretch.answeredFrom, stretch.answeredBy)
    }
    return fates + answers(to: firing, from: clear.from, until: Self.ever, latest: clear.answeredBy)
  }

  /// Whether every probe from the jiffy `jiffy` on is lost.
  func staysLost(from jiffy: Int64) -> Bool {
    guard reset == nil, forgets == nil, let last = stretches.last else { return false }
    return last.lost.upperBound == Self.ever && last.lost.lowerBound <= jiffy && last.answeredUntil < jiffy
  }

  private func answers(to firing: Firing, from: Int64, until: Int64, latest: Int64) -> [(sent: Firing, fate: Fate)] {
    guard from < until, let sent = firing.clamped(to: from...until) else { return [] }
    guard let reset else { return [(sent, .answered(latest: latest))] }
    var fates: [(sent: Firing, fate: Fate)] = []
    if let before = sent.clamped(to: -Self.ever...reset.upperBound), reset.upperBound > -Self.ever {
      fates.append((before, .answered(latest: latest)))
    }
    if let after = sent.clamped(to: reset.lowerBound...Self.ever) { fates.append((after, .reset)) }
    return fates
  }
}

extension [Int64] {
  /// The first index from which on all elements fulfil `holds`, in an array where those that do come last.
  fileprivate func partitioningIndex(where holds: (Int64) -> Bool) -> Int {
    var (low, high) = (startIndex, endIndex)
    while low < high {
      let middle = low + (high - low) / 2
      if holds(self[middle]) { high = middle } else { low = middle + 1 }
    }
    return low
  }
}
