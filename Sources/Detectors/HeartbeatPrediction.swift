import Model

/// An application heartbeat: the peer is declared dead when `timeout` has passed since the last answer.
///
/// A ping is data like any other: if the kernel gives it up first, that declares the peer dead.
struct HeartbeatPrediction {
  var settings: HeartbeatSettings
  var circumstances: Circumstances

  var prediction: Prediction {
    let outages = Outages(circumstances.effects, service: true)
    if outages.slow { return .unknown(Reason.slow) }
    let transmission = RetransmissionPrediction(
      circumstances: circumstances, userTimeout: nil, heartbeat: settings.interval)
    return OutageCourse(outages: outages, transmission: transmission).prediction { outage, start in
      let expected = missed(from: start)
      guard outage.pathBroken, let pending = transmission.pending(from: start) else { return expected }
      return expected.orEarlier(transmission.end(of: pending, reverting: outage.hostUnreachable)?.givenUp)
    }
  }

  /// When the timeout has passed. Over all phases the last answer is as old as a healthy one can be: up to the interval.
  /// Only answers to heartbeats count; a request's answer proves no heartbeat.
  private func missed(from start: Duration?) -> OutageCourse.Verdict {
    guard start == nil, let moment = circumstances.moment else {
      let oldest = min(settings.interval, settings.timeout)
      let start = start ?? .zero
      return .declared((start + settings.timeout - oldest)...(start + settings.timeout), lastAttempt: nil)
    }
    guard let answer = moment.application.lastAnswer else { return .unknown("nothing had been answered before t0") }
    let expected = answer - moment.t0 + settings.timeout
    let last = max(answer, latestAnswer(after: answer, moment) ?? answer)
    return .declared(expected...(last - moment.t0 + settings.timeout), lastAttempt: nil)
  }

  /// When the answer to a segment came in that was sent so shortly before t0 that it may still have got through.
  private func latestAnswer(after answer: Instant, _ moment: Circumstances.Moment) -> Instant? {
    guard let next = moment.application.nextHeartbeat,
      let inFlight = circumstances.answer(toSegmentSentAt: next - settings.interval)
    else { return nil }
    return inFlight > answer ? inFlight : nil
  }
}

extension Circumstances {
  /// When the answer to a segment can have come in that was on its way at t0; nil if it was not on its way any more.
  func answer(toSegmentSentAt sent: Instant) -> Instant? {
    guard let moment else { return nil }
    let longest = roundTrip * 2 + .milliseconds(1)
    return sent <= moment.t0 && moment.t0 - sent < longest ? sent + longest : nil
  }
}
