import Model

/// The timeouts, in jiffies, of a connection that has just sent its first unacknowledged segment.
struct PathTimers: Hashable {
  /// `icsk_rto`.
  var timeout: Int64
  /// Until the tail loss probe.
  var probeTimeout: Int64
  /// Until the tail loss probe while several segments are in flight.
  var nextProbeTimeout: Int64

  /// `tcp_schedule_loss_probe` (net/ipv4/tcp_output.c), RFC 8985 section 7.2: two round trips, and for a single segment
  /// the time that the peer may delay its acknowledgement; never later than the retransmission.
  init(timeout: Duration, roundTrip: Duration, kernel: KernelTimers) {
    self.timeout = kernel.ticksUp(timeout)
    probeTimeout = min(self.timeout, kernel.ticksUp(roundTrip * 2 + kernel.rtoMin))
    nextProbeTimeout = min(self.timeout, kernel.ticksUp(roundTrip * 2 + .milliseconds(2)))
  }

  /// What the connection's timers may be: its own, or those of a veth path.
  static func possible(in circumstances: Circumstances) -> [PathTimers] {
    let kernel = circumstances.kernel
    if let connection = circumstances.moment?.connection {
      return [
        PathTimers(timeout: connection.retransmissionTimeout, roundTrip: connection.roundTripTime, kernel: kernel)
      ]
    }
    // The timeout is the round trip and four times its variance, but at least 200 ms for the latter
    // (`__tcp_set_rto`, `tcp_rtt_estimator`), in whole jiffies. In virtual time the round trip takes none.
    let timeouts = (0...4).map { kernel.rtoMin + .milliseconds($0) }
    let roundTrips = [Duration.zero, .microseconds(1), Circumstances.assumedRoundTrip]
    let all = timeouts.flatMap { timeout in
      roundTrips.map { PathTimers(timeout: timeout, roundTrip: $0, kernel: kernel) }
    }
    return Array(Set(all))
  }

  /// The first retransmission by the retransmission timer of a segment written at `written`; after the tail loss probe
  /// the timer starts anew (`tcp_send_loss_probe`, `tcp_rearm_rto`).
  ///
  /// - Parameter spacing: of the segments that may follow.
  func firstRetransmission(written: Firing, spacing: Duration, kernel: KernelTimers) -> Firing {
    guard kernel.tailLossProbe else { return written.after(timeout, from: .systemCall) }
    let probe = written.after(probeTimeout, from: .systemCall)
    var first = probe.after(timeout)
    let next = kernel.ticksDown(spacing)
    if next <= probe.latest - written.earliest {
      disturb(&first, earliest: written.earliest + timeout)
    } else if next <= first.latest - written.earliest {
      disturb(&first, earliest: probe.earliest + timeout)
    }
    return first
  }

  /// Every further segment schedules the tail loss probe again, but not beyond what is left of the first segment's
  /// retransmission timeout; when that probe comes due, the timer is armed for the rest only
  /// (`tcp_event_new_data_sent`, `tcp_rearm_rto`, `tcp_rto_delta_us`).
  func disturb(_ first: inout Firing, earliest: Int64) {
    first.earliest = min(first.earliest, earliest)
    first.latest += nextProbeTimeout + 2
    first.alignment = 1
  }
}
