import Model

/// A heartbeat of changing interval: once a ping has stayed unanswered for `timeout`, it declares the peer dead if its
/// search for the longest interval is over. Before that it assumes that the interval is too long, reopens the
/// connection, and declares the peer dead when the new connection is not answered for another `timeout`, or fails
/// earlier.
///
/// By definition of the search (`AdaptiveInterval`): without answers the interval does not grow, so the first ping after t0 decides, whenever it is due.
struct AdaptivePrediction {
  var settings: AdaptiveSettings
  var circumstances: Circumstances

  var prediction: Prediction {
    let outages = Outages(circumstances.effects, needing: .kernel)
    if outages.lostFrom != nil || !circumstances.newConnectionsFail { return .unknown(Reason.newConnection) }
    // The shortest spacing has the greatest effect on a ping's tail loss probe.
    return MissedAnswers(interval: settings.from, pinging: settings.pinging, circumstances: circumstances).prediction(
      missed)
  }

  private func missed(from start: Duration?) -> OutageCourse.Verdict {
    let (timeout, longest) = (settings.timeout, max(settings.from, settings.to))
    guard start == nil, let moment = circumstances.moment else {
      let start = start ?? .zero
      return .declared((start + timeout)...(start + longest + timeout * 2), lastAttempt: nil)
    }
    guard let next = moment.application.nextHeartbeat else { return .unknown(Reason.nothingLearned) }
    var sent = (next - moment.t0)...(next - moment.t0)
    if let interval = moment.application.arrivals?.interval,
      circumstances.answer(toSegmentSentAt: next - interval) != nil
    {
      // A ping that was on its way may or may not have been answered.
      sent = (next - interval - moment.t0)...sent.upperBound
    }
    return .declared((sent.lowerBound + timeout)...(sent.upperBound + timeout * 2), lastAttempt: nil)
  }
}
