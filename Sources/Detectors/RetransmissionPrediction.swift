import Model

/// The kernel gives up on data that nobody acknowledges: TCP_USER_TIMEOUT (RFC 5482) or tcp_retries2.
///
/// This is the fate of every mechanism's connection once it has written into an outage.
struct RetransmissionPrediction {
  var circumstances: Circumstances
  var userTimeout: Duration?
  /// The heartbeat's interval, if there is one.
  var heartbeat: Duration?

  private var kernel: KernelTimers { circumstances.kernel }

  /// When the connection is given up, relative to t0, and when the last retransmission was sent.
  struct End {
    var givenUp: ClosedRange<Duration>
    var lastAttempt: ClosedRange<Duration>
  }

  /// For a mechanism that leaves it to the kernel: none, or keepalive with requests.
  var prediction: Prediction {
    let outages = Outages(circumstances.effects, service: false)
    if outages.slow { return .unknown(Reason.slow) }
    return OutageCourse(outages: outages, transmission: self).prediction { outage, start in
      guard let pending = self.pending(from: start) else { return .unknown(Reason.backingOff) }
      guard let end = self.end(of: pending, reverting: outage.hostUnreachable) else { return .never }
      return .declared(end.givenUp, lastAttempt: end.lastAttempt)
    }
  }

  /// When the connection is given up if nothing is ever acknowledged again; nil if nothing is ever written.
  func end(of pending: [PendingData], reverting: Bool) -> End? {
    let clamped = (userTimeout ?? .zero) > .zero
    let budget = kernel.ticksUp(clamped ? userTimeout ?? .zero : kernel.retransmissionBudget)
    var end: End?
    for data in pending {
      let ticks = data.timer.end(budget: budget, clamped: clamped, reverting: reverting)
      let each = End(
        givenUp: kernel.times(ticks.givenUp, from: data.zero),
        lastAttempt: kernel.times(ticks.lastAttempt, from: data.zero))
      end =
        end.map { End(givenUp: $0.givenUp.hull(each.givenUp), lastAttempt: $0.lastAttempt.hull(each.lastAttempt)) }
        ?? each
    }
    return end
  }

  /// By when data that was lost in an outage is acknowledged after its end; `heal` if none was.
  func recovered(of pending: [PendingData], heal: Duration, reverting: Bool) -> Duration {
    var latest = heal
    for data in pending where data.zero.lowerBound < heal {
      let attempt = data.timer.attempt(
        after: kernel.ticksUp(heal - data.zero.lowerBound),
        spread: kernel.ticksUp(data.zero.upperBound - data.zero.lowerBound), reverting: reverting)
      latest = max(latest, data.zero.lowerBound + kernel.duration(ticks: attempt))
    }
    // The rest of what was lost follows within some round trips.
    return latest + circumstances.roundTrip * 10 + .milliseconds(50) + (reverting ? circumstances.resolution : .zero)
  }
}

extension KernelTimers {
  /// The time that tcp_retries2 stands for (`tcp_model_timeout`, net/ipv4/tcp_timer.c; RFC 1122 section 4.2.3.5).
  ///
  /// It is a budget of time for a timeout of 200 ms that doubles, whatever the connection's own timeout is.
  var retransmissionBudget: Duration {
    let base = Duration.milliseconds(200)
    var doublings = 0
    while base * (1 << (doublings + 1)) <= rtoMax { doublings += 1 }
    let doubled = min(retries2, doublings)
    return base * ((1 << (doubled + 1)) - 1) + rtoMax * (retries2 - doubled)
  }
}
