import Model

/// Data written into an outage, and the retransmission timer that it arms (`tcp_rearm_rto`, net/ipv4/tcp_input.c;
/// `tcp_schedule_loss_probe`, net/ipv4/tcp_output.c).
struct PendingData {
  /// Where the timer's zero lies, relative to t0.
  var zero: ClosedRange<Duration>
  var timer: RetransmissionTimer
  /// The data was not even sent: window probes are (`tcp_probe_timer`), and so many more after the first firing may stay
  /// unanswered. nil: it is retransmitted.
  var probesLeft: Int?
  /// How much earlier than the first retransmission the kernel's clock for giving up may have started.
  var lead: Int64 = 0
  /// The probes from the first one on, from which a user timeout counts, if that is not `timer`.
  var history: RetransmissionTimer?

  /// The same where window probes are answered: none is ever counted as unanswered.
  var answered: PendingData {
    var data = self
    data.probesLeft = nil
    data.timer = history ?? timer
    return data
  }
}

extension RetransmissionPrediction {
  /// Whether data was in flight at t0 that will not be acknowledged, or waited for the peer's window to open.
  var alreadyPending: Bool {
    guard let connection = circumstances.moment?.connection else { return false }
    return connection.unacknowledgedSegments > 0 || connection.timer == .zeroWindowProbe
  }

  /// The first data of an outage, every possibility on its own: empty if nothing is ever written, nil if its timer is
  /// not known.
  ///
  /// - Parameters:
  ///   - start: of a later outage; nil for the one at t0, of which the state may be known.
  ///   - outage: nil for one on the way, of which the observer's own host shows nothing.
  func pending(from start: Duration?, in outage: Outage?) -> [PendingData]? {
    let sendingFails = outage?.sendingFails ?? false
    if start == nil, alreadyPending, let moment = circumstances.moment {
      if moment.connection.timer == .zeroWindowProbe { return behindZeroWindow(moment) }
      guard let inFlight = inFlight(moment) else { return nil }
      return sendingFails ? inFlight.map(refused) : inFlight
    }
    guard let spacing else { return [] }
    let write = start.map { $0...($0 + spacing) } ?? nextWrite ?? .zero...spacing
    var pending: [PendingData] = []
    for path in paths {
      var exact: ClosedRange<Int64>?
      if start == nil, let moment = circumstances.moment, write.lowerBound == write.upperBound {
        // The event loop may be a little late.
        exact = kernelJiffies(at: moment.t0 + write.lowerBound, late: .milliseconds(1))
      }
      for origin in exact.map({ $0.map(Optional.some) }) ?? [nil] {
        let written = Firing(earliest: 0, latest: 0, origin: origin)
        let zero = zero(origin, otherwise: write)
        let first = path.firstRetransmission(written: written, spacing: spacing, kernel: circumstances.kernel)
        pending += timers(first: first, timeout: path.timeout, zero: zero).map {
          outage?.sendingWaits ?? false ? waiting($0) : $0
        }
        if sendingFails { pending.append(unsent(written: written, timeout: path.timeout, zero: zero)) }
      }
    }
    return pending
  }

  /// Data written before t0. Whether its tail loss probe is still due is not told, but follows from its age if that is
  /// known.
  private func inFlight(_ moment: Circumstances.Moment) -> [PendingData]? {
    let kernel = circumstances.kernel
    let connection = moment.connection
    guard connection.timer == .retransmit, let expiry = connection.timerExpiresIn else { return nil }
    if connection.backoff > 0 { return backedOff(moment, left: kernel.ticksNearest(expiry)) }
    guard let path = paths.first else { return nil }
    let left = kernel.ticksNearest(expiry)
    let age = moment.application.oldestUnansweredRequest.map { kernel.ticksUp(connection.sampledAt - $0) }
    let single = connection.unacknowledgedSegments == 1
    let probeIsDue = single && (age.map { $0 < path.probeTimeout } ?? false)
    // A further segment can bring the retransmission forward to the first one's own timeout.
    let soonest = max(1, age.map { path.timeout - $0 } ?? (single ? left + path.timeout - path.probeTimeout : 1))
    let jiffies = kernelJiffies(at: connection.sampledAt, early: .microseconds(200), late: .microseconds(200))
    var pending: [PendingData] = []
    for origin in jiffies.map({ $0.map(Optional.some) }) ?? [nil] {
      let zero = zero(origin, otherwise: moment.sampled...moment.sampled)
      let nominal = left...left
      if kernel.tailLossProbe, left <= path.probeTimeout {
        let delta = (single ? path.probeTimeout : left)...path.probeTimeout
        let probe = Firing.expiry(nominal: nominal, deltas: delta, origin: origin)
        var first = probe.after(path.timeout)
        if moreWritten(before: first, zero) { path.disturb(&first, earliest: soonest) }
        pending += timers(first: first, timeout: path.timeout, zero: zero)
      }
      if !kernel.tailLossProbe || !probeIsDue {
        let delta = min(left, path.timeout - 1)...max(left, path.timeout)
        var first = Firing.expiry(nominal: nominal, deltas: delta, origin: origin)
        if kernel.tailLossProbe, moreWritten(before: first, zero) {
          path.disturb(&first, earliest: single ? left : soonest)
        }
        pending += timers(first: first, timeout: path.timeout, zero: zero)
      }
    }
    return pending
  }

  /// Data that was being retransmitted at t0: its history follows from the doublings of the timeout, unless a user timeout
  /// has shortened the last wait, or TCP_RTO_MAX hides them.
  private func backedOff(_ moment: Circumstances.Moment, left: Int64) -> [PendingData]? {
    let kernel = circumstances.kernel
    let connection = moment.connection
    let wait = kernel.ticksUp(connection.retransmissionTimeout)
    let longest = kernel.ticksUp(kernel.rtoMax)
    let timeout = wait >> Int64(min(connection.backoff, 62))
    // Host unreachable may have undone doublings before.
    let undone = circumstances.effects.contains { span in
      if case .pathBroken(let silence) = span.effect { span.start < .zero && silence.hostUnreachable } else { false }
    }
    guard wait < longest, timeout >= kernel.ticksUp(kernel.rtoMin), left <= wait, !undone else { return nil }
    var since = Firing(earliest: 0, latest: 0)
    for doubling in 1..<max(1, connection.backoff) { since = since.after(timeout << Int64(doubling)) }
    // A timer that is over its nominal expiry, but has not been fired by the wheel, tells no more than that.
    let overdue = left == 0 ? TimerWheel.granularity(wait) : 0
    let last = left - wait
    if let userTimeout, userTimeout > .zero, wait > kernel.ticksUp(userTimeout) - since.latest { return nil }
    let first = Firing(earliest: last - overdue - since.latest, latest: last - since.earliest)
    return [
      PendingData(
        zero: moment.sampled...moment.sampled,
        timer: RetransmissionTimer(first: first, timeout: timeout, longest: longest))
    ]
  }

  private func moreWritten(before first: Firing, _ zero: ClosedRange<Duration>) -> Bool {
    guard let next = nextWrite else { return false }
    return next.lowerBound <= zero.upperBound + circumstances.kernel.duration(ticks: first.latest)
  }

  /// One timer for a range of jiffies; where the absolute jiffies are known, one for each.
  private func timers(first: Firing, timeout: Int64, zero: ClosedRange<Duration>) -> [PendingData] {
    let longest = circumstances.kernel.ticksUp(circumstances.kernel.rtoMax)
    guard first.origin != nil, first.earliest < first.latest else {
      return [PendingData(zero: zero, timer: RetransmissionTimer(first: first, timeout: timeout, longest: longest))]
    }
    return (first.earliest...first.latest).map { jiffy in
      var single = first
      (single.earliest, single.latest) = (jiffy, jiffy)
      return PendingData(zero: zero, timer: RetransmissionTimer(first: single, timeout: timeout, longest: longest))
    }
  }

  private func kernelJiffies(at instant: Instant, early: Duration = .zero, late: Duration) -> ClosedRange<Int64>? {
    circumstances.kernel.jiffies(at: instant, early: early, late: late)
  }

  private func zero(_ origin: Int64?, otherwise: ClosedRange<Duration>) -> ClosedRange<Duration> {
    guard let origin, let moment = circumstances.moment else { return otherwise }
    let zero = circumstances.kernel.instant(ofJiffy: origin) - moment.t0
    return zero...zero
  }
}
