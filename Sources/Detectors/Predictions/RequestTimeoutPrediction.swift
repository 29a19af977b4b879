import Model

/// The business request's own timeout: the peer is declared dead when one request stays unanswered for that long.
///
/// Over all phases the first unanswered request is sent right after t0 at the earliest; one that was on its way at t0 is
/// older by no more than a round trip. By definition of the timeout.
struct RequestTimeoutPrediction {
  var settings: RequestTimeoutSettings
  var circumstances: Circumstances

  var prediction: Prediction {
    // Without requests nothing can time out, but the kernel may give up other data.
    guard let spacing = circumstances.requestSpacing else {
      return NonePrediction(circumstances: circumstances).prediction
    }
    let outages = Outages(circumstances.effects, needing: .process)
    let transmission = RetransmissionPrediction(circumstances: circumstances, userTimeout: nil, heartbeat: nil)
    return OutageCourse(outages: outages, transmission: transmission).prediction { outage, start in
      let sent = start.map { $0...($0 + spacing) } ?? firstUnanswered ?? .zero...spacing
      let expected = (sent.lowerBound + settings.timeout)...(sent.upperBound + settings.timeout)
      let verdict = OutageCourse.Verdict.declared(expected, lastAttempt: nil)
      guard outage.pathBroken, let pending = transmission.pending(from: start, in: outage)
      else { return verdict }
      return verdict.orEarlier(transmission.end(of: pending, in: outage)?.givenUp)
    }
  }

  /// When the first request is sent that an outage at t0 leaves unanswered, relative to t0.
  private var firstUnanswered: ClosedRange<Duration>? {
    guard let moment = circumstances.moment, let oldest = moment.application.oldestUnansweredRequest else {
      return circumstances.nextMessage
    }
    let sent = oldest - moment.t0
    guard circumstances.answer(toSegmentSentAt: oldest) != nil, let next = circumstances.nextMessage else {
      return sent...sent
    }
    return sent...max(sent, next.upperBound)
  }
}
