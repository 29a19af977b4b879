import Model

/// The timer of an unanswered SYN (`tcp_retransmit_timer`, `tcp_write_timeout`, net/ipv4/tcp_timer.c), in jiffies from
/// the call of connect(2).
struct ConnectTimer {
  /// `tcp_timeout_init`: 1 s (RFC 6298, section 2.1).
  var initial: Int64
  /// TCP_RTO_MAX.
  var longest: Int64
  /// TCP_SYNCNT, or tcp_syn_retries.
  var retries: Int
  /// tcp_syn_linear_timeouts: this many retransmissions do not double the timeout.
  var linear: Int
  /// `tcp_model_timeout`, or TCP_USER_TIMEOUT.
  var budget: Int64
  /// Whether it is a user timeout, which shortens the last wait (`tcp_clamp_rto_to_user_timeout`).
  var clamped: Bool

  /// When the attempt is given up, and the firings before that, each of which sends a SYN.
  struct End: Equatable {
    var givenUp: ClosedRange<Int64>
    var sent: [ClosedRange<Int64>]
    /// The last of them.
    var lastAttempt: ClosedRange<Int64>
  }

  /// The clock starts with the call (`retrans_stamp` in `tcp_connect`, net/ipv4/tcp_output.c), but is checked only when
  /// the timer fires, and not before the first retransmission (`retransmits_timed_out`).
  var end: End {
    var firing = Firing(earliest: 0, latest: 0).after(initial, from: .systemCall)
    var (timeout, retransmissions) = (initial, 0)
    var earliest: Int64?
    var sent: [ClosedRange<Int64>] = []
    var last: ClosedRange<Int64> = 0...0
    while true {
      if retransmissions >= retries + linear {
        let givenUp = min(earliest ?? firing.earliest, firing.earliest)...firing.latest
        return End(givenUp: givenUp, sent: sent, lastAttempt: last)
      }
      if retransmissions > 0, firing.latest >= budget {
        earliest = earliest ?? max(firing.earliest, budget)
        if firing.earliest >= budget {
          return End(givenUp: min(earliest ?? budget, firing.latest)...firing.latest, sent: sent, lastAttempt: last)
        }
      }
      sent.append(firing.earliest...firing.latest)
      // This firing may already be the end.
      last = (earliest == nil ? firing.earliest : last.lowerBound)...firing.latest
      retransmissions += 1
      if retransmissions > linear { timeout = min(2 * timeout, longest) }
      if clamped, timeout > budget - firing.latest {
        let final = shortened(after: firing, timeout)
        let counted = retransmissions >= retries + linear ? firing.earliest + min(timeout, final.lowerBound) : nil
        let givenUp = [earliest, counted, final.lowerBound].compactMap(\.self).min() ?? final.lowerBound
        // One more wait may fit in before the last one.
        if timeout <= budget - firing.earliest { last = last.lowerBound...max(budget, firing.latest) }
        return End(givenUp: givenUp...final.upperBound, sent: sent, lastAttempt: last)
      }
      firing = firing.after(timeout)
    }
  }

  /// The firing that the user timeout brings forward: at least a jiffy after the previous one.
  private func shortened(after firing: Firing, _ timeout: Int64) -> ClosedRange<Int64> {
    let left = max(1, min(timeout, budget - firing.earliest))
    let latest = max(firing.latest + 2, budget + TimerWheel.granularity(left))
    return max(budget, firing.earliest + 1)...latest
  }

  /// The latest jiffy of the first SYN after `heal`; nil if the attempt has been given up by then.
  func attempt(after heal: Int64) -> Int64? {
    if heal <= 0 { return 0 }
    return end.sent.first { $0.lowerBound >= heal }?.upperBound
  }
}
