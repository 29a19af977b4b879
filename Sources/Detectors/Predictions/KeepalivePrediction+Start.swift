import Model

/// The possible states of the timer (`tcp_keepalive_timer`, `keepalive_time_elapsed`, net/ipv4/tcp_timer.c).
extension KeepalivePrediction {
  /// A state of the timer in jiffies from `zero`, which is relative to t0.
  struct Start {
    var zero: Duration
    var state: KeepaliveTimer.State
  }

  var starts: [Start] {
    guard let moment = circumstances.moment else {
      // At any phase: the last segment came in up to a healthy period ago.
      let age = firstProbe
      let firing = Firing(earliest: 0, latest: age.upperBound)
      if let spacing = circumstances.workload.spacing {
        // Messages, or their acknowledgements, come in meanwhile without rearming the timer.
        let oldest = min(age.upperBound, kernel.ticksUp(spacing) + timer.roundTrip)
        return [
          Start(
            zero: .zero,
            state: KeepaliveTimer.State(
              firing: firing, heard: -oldest...0, age: 0...age.upperBound, unanswered: 0))
        ]
      }
      return [
        Start(
          zero: .zero,
          state: KeepaliveTimer.State(firing: firing, heard: -age.upperBound...0, age: age, unanswered: 0))
      ]
    }
    let connection = moment.connection
    let age = kernel.ticksNearest(connection.lastReceivedAge)
    guard connection.timer == .keepalive, let expiry = connection.timerExpiresIn else {
      let probe = max(1, firstProbe.lowerBound - age)...max(1, firstProbe.upperBound - age)
      let firing = Firing(earliest: connection.probesOut > 0 ? 1 : probe.lowerBound, latest: probe.upperBound)
      let state = KeepaliveTimer.State(firing: firing, heard: -age...(-age), unanswered: connection.probesOut)
      return [Start(zero: moment.sampled, state: state)]
    }
    let left = kernel.ticksNearest(expiry)
    let levels = granularities(age: age, left: left, connection: connection)
    // The sample itself takes some time, so it may belong to a neighbouring jiffy.
    let margin = Duration.microseconds(200)
    guard let jiffies = kernel.jiffies(at: connection.sampledAt, early: margin, late: margin) else {
      let firing = Firing(earliest: left + 1, latest: left + (levels.max() ?? 1))
      let state = KeepaliveTimer.State(firing: firing, heard: -age...(-age), unanswered: connection.probesOut)
      return [Start(zero: moment.sampled, state: state)]
    }
    return jiffies.flatMap { jiffy in
      levels.map { granularity in
        let fires = TimerWheel.firing(nominal: jiffy + left, granularity: granularity) - jiffy
        let firing = Firing(earliest: fires, latest: fires, alignment: granularity, origin: jiffy)
        let state = KeepaliveTimer.State(firing: firing, heard: -age...(-age), unanswered: connection.probesOut)
        return Start(zero: kernel.instant(ofJiffy: jiffy) - moment.t0, state: state)
      }
    }
  }

  /// From the last segment received to the next probe, whatever the connection's history.
  var firstProbe: ClosedRange<Int64> {
    let (idle, interval) = (timer.idle, timer.interval)
    let afterIdle = idle + TimerWheel.granularity(idle)
    // After an answered probe the timer is armed for the interval, even if the interval is longer than the idle time.
    return idle...(interval > idle ? max(afterIdle, interval + TimerWheel.granularity(interval - 1)) : afterIdle)
  }

  /// The granularities that the armed timer may have: they depend on the delay for which it was armed, which the kernel
  /// does not report, but which is at least the rest of it.
  private func granularities(age: Int64, left: Int64, connection: ConnectionState) -> Set<Int64> {
    let (idle, interval) = (timer.idle, timer.interval)
    let afterProbe = TimerWheel.granularity(interval - 1)
    if connection.probesOut > 0 { return [afterProbe] }
    if kernel.jiffiesOffset == nil { return [TimerWheel.granularity(max(idle, interval))] }
    let messages = circumstances.workload.spacing != nil
    // Whether the last segment answered a probe; nil if unknown.
    let answer = messages ? nil : connection.lastDataAge.map { kernel.ticksNearest($0) > age + 1 }
    let margin = 1 + timer.roundTrip
    // The nominal expiry against the two times that it may stand for; the kernel does not report it once it has passed.
    let isInterval =
      left > 0 ? (-1...margin).contains(interval - age - left) : (0...afterProbe).contains(age - interval)
    let isIdle = left > 0 ? abs(idle - age - left) <= margin : age >= idle - margin
    var granularities = Set<Int64>()
    if answer != false, isInterval || (messages && left < interval) { granularities.insert(afterProbe) }
    if answer != true, !granularities.contains(afterProbe) || abs(interval - idle) <= 1 || messages || left == 0 {
      granularities.insert(TimerWheel.granularity(idle))
    }
    if isIdle {
      // An early firing may have re-armed the timer for the rest of the idle time; if it followed a probe, that rest is
      // known.
      let rest = answer == true ? (idle - interval - afterProbe - margin)...(idle - interval) : left...idle
      let levels = TimerWheel.level(max(left, rest.lowerBound))...TimerWheel.level(max(left, rest.upperBound))
      if answer != true || interval < idle {
        granularities.formUnion(levels.map { 1 << (3 * $0) }.filter { $0 >= age - idle })
      }
    }
    if messages {
      // After a message, an early firing may have re-armed the timer for any part of the idle time.
      let levels = TimerWheel.level(min(left, idle))...TimerWheel.level(idle)
      granularities.formUnion(levels.map { 1 << (3 * $0) })
    }
    return granularities.isEmpty ? [TimerWheel.granularity(max(idle, interval))] : granularities
  }
}
