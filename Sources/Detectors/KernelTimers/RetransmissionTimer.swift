/// The retransmission timer of a connection whose data is not acknowledged (`tcp_retransmit_timer`,
/// net/ipv4/tcp_timer.c), in jiffies.
struct RetransmissionTimer {
  /// The first retransmission, counted from some zero; the kernel's give-up clock starts here (`retrans_stamp`).
  var first: Firing
  /// The first retransmission timeout; each retransmission doubles it.
  var timeout: Int64
  /// TCP_RTO_MAX.
  var longest: Int64

  /// A retransmission.
  struct Attempt {
    /// The time since the first one.
    var since: Firing
    /// The timeout that it arms.
    var wait: Int64
  }

  /// When the connection is given up, and when the last retransmission before that was sent; counted from `first`'s
  /// zero.
  struct End: Equatable {
    var givenUp: ClosedRange<Int64>
    var lastAttempt: ClosedRange<Int64>
  }

  private var firstAttempt: Attempt {
    // If the absolute jiffy is known, `first` is a single jiffy.
    let since = Firing(
      earliest: 0, latest: 0, alignment: first.alignment, origin: first.origin.map { $0 + first.earliest })
    return Attempt(since: since, wait: min(2 * timeout, longest))
  }

  private func following(_ attempt: Attempt) -> Attempt {
    Attempt(since: attempt.since.after(attempt.wait), wait: min(2 * attempt.wait, longest))
  }

  /// The last attempt that comes no later than `limit` after the first one, if all waits until then are alike: those
  /// since the timeout has reached TCP_RTO_MAX need not be counted one by one.
  private func skipped(_ attempt: Attempt, upTo limit: Int64) -> Attempt {
    guard attempt.wait == longest else { return attempt }
    return Attempt(since: attempt.since.repeated(every: longest, upTo: limit), wait: longest)
  }

  private func fromZero(_ since: ClosedRange<Int64>) -> ClosedRange<Int64> {
    (first.earliest + since.lowerBound)...(first.latest + since.upperBound)
  }

  /// Expiry is only checked when the timer fires (`retransmits_timed_out`); a user timeout shortens the last wait to
  /// what is left of it (`tcp_clamp_rto_to_user_timeout`).
  ///
  /// - Parameters:
  ///   - budget: the time from the first retransmission on: TCP_USER_TIMEOUT, or `tcp_model_timeout`.
  ///   - clamped: whether it is a user timeout.
  ///   - reverting: whether ICMP host unreachable undoes backoffs (`tcp_ld_RTO_revert`, RFC 6069). It never makes a
  ///     timeout longer than it would be without this; but a wait that the user timeout had shortened is armed again without
  ///     regard to that, and the firings fall elsewhere. The last retransmission can come right before the end of the
  ///     budget, so that no tighter bound holds for every time of the ICMP.
  func end(budget: Int64, clamped: Bool, reverting: Bool) -> End {
    var attempt = firstAttempt
    var lowest: Int64?
    var lastAttempt: ClosedRange<Int64>?
    while true {
      // So long before the end of the budget no firing finds it over, nor is a wait shortened.
      attempt = skipped(attempt, upTo: budget - longest - TimerWheel.granularity(longest) - 2)
      let since = attempt.since
      if clamped, attempt.wait > budget - since.latest {
        let final = clampedFiring(attempt, budget: budget)
        // One more wait may fit in before the last one.
        let another = attempt.wait <= budget - since.earliest
        return end(
          givenUp: (lowest ?? final.lowerBound)...final.upperBound,
          lastAttempt: hull(lastAttempt, since.earliest...(another ? max(budget, since.latest) : since.latest)),
          budget: budget,
          wait: reverting ? (attempt.wait < longest ? attempt.wait / 2 : longest) : nil)
      }
      let next = following(attempt)
      // The kernel compares time stamps taken when the timers ran, which may be a tick after they were due.
      if next.since.latest + 1 >= budget {
        lowest = lowest ?? max(next.since.earliest, budget - 1)
        let attempts = hull(lastAttempt, since.earliest...since.latest)
        lastAttempt = attempts
        if next.since.earliest - 1 >= budget {
          return end(
            givenUp: (lowest ?? budget)...next.since.latest, lastAttempt: attempts, budget: budget,
            wait: reverting ? attempt.wait : nil)
        }
      }
      attempt = next
    }
  }

  /// The end by the count of attempts after the first: window probes are counted (`icsk_probes_out` in `tcp_probe_timer`).
  func end(attempts: Int) -> End {
    guard attempts > 0 else {
      return End(givenUp: fromZero(0...0), lastAttempt: fromZero(0...0))
    }
    var attempt = firstAttempt
    var last = attempt.since
    for _ in 0..<attempts {
      last = attempt.since
      attempt = following(attempt)
    }
    return End(
      givenUp: fromZero(attempt.since.earliest...attempt.since.latest),
      lastAttempt: fromZero(last.earliest...last.latest))
  }

  private func hull(_ range: ClosedRange<Int64>?, _ other: ClosedRange<Int64>) -> ClosedRange<Int64> {
    range.map { $0.hull(other) } ?? other
  }

  private func clampedFiring(_ attempt: Attempt, budget: Int64) -> ClosedRange<Int64> {
    let since = attempt.since
    if let origin = since.origin, since.latest < budget {
      let left = budget - since.latest
      let firing = TimerWheel.firing(nominal: origin + budget, granularity: TimerWheel.granularity(left - 1)) - origin
      return firing...firing
    }
    let slack = TimerWheel.granularity(min(attempt.wait, budget - since.earliest))
    return budget...max(since.latest, budget + slack)
  }

  private func end(
    givenUp: ClosedRange<Int64>, lastAttempt: ClosedRange<Int64>, budget: Int64, wait: Int64?
  ) -> End {
    var givenUp = givenUp
    var lastAttempt = lastAttempt
    if let wait {
      givenUp = min(budget, givenUp.lowerBound)...max(givenUp.upperBound, budget + wait + TimerWheel.granularity(wait))
      lastAttempt = 0...max(lastAttempt.upperBound, budget)
    }
    return End(givenUp: fromZero(givenUp), lastAttempt: fromZero(lastAttempt))
  }

  /// The latest jiffy of the first attempt to send after `heal`, both from `first`'s zero.
  ///
  /// - Parameters:
  ///   - spread: how much later than that zero the data may have been written.
  ///   - reverting: as in `end`; no wait is longer than it would be without this.
  func attempt(after heal: Int64, spread: Int64, reverting: Bool) -> Int64 {
    if heal <= first.earliest { return min(heal, spread) + first.latest }
    var attempt = firstAttempt
    var longestWait = 2 * timeout
    while first.earliest + attempt.since.earliest < heal {
      attempt = skipped(attempt, upTo: heal - first.earliest - 1)
      longestWait = attempt.wait
      attempt = following(attempt)
    }
    let bound = heal + longestWait + TimerWheel.granularity(longestWait)
    return reverting ? bound : min(bound, first.latest + attempt.since.latest + spread)
  }
}

extension RetransmissionTimer.End {
  func hull(_ other: Self) -> Self {
    Self(givenUp: givenUp.hull(other.givenUp), lastAttempt: lastAttempt.hull(other.lastAttempt))
  }

  /// Whichever comes first.
  func orEarlier(_ other: Self) -> Self {
    Self(
      givenUp: min(
        givenUp.lowerBound, other.givenUp.lowerBound)...min(
          givenUp.upperBound, other.givenUp.upperBound),
      lastAttempt: min(
        lastAttempt.lowerBound, other.lastAttempt.lowerBound)...max(
          lastAttempt.upperBound, other.lastAttempt.upperBound))
  }
}
