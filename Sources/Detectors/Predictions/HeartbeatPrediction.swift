import Model

/// An application heartbeat: the peer is declared dead when `timeout` has passed since the last answer.
///
/// Only answers to heartbeats count; an answer to a request does not count as one. The time is by definition of the
/// timeout; over all phases it is uniform (Chen, Toueg, Aguilera 2002, section IV, with the answer as the freshness
/// point).
struct HeartbeatPrediction {
  var settings: HeartbeatSettings
  var circumstances: Circumstances

  var prediction: Prediction {
    MissedAnswers(interval: settings.interval, pinging: settings.pinging, circumstances: circumstances)
      .prediction(missed)
  }

  /// Over all phases the last answer is as old as a healthy one can be: up to the interval, or the timeout if that is
  /// shorter.
  private func missed(from start: Duration?) -> OutageCourse.Verdict {
    let timeout = settings.timeout
    guard let last = circumstances.lastAnswer(before: start, every: settings.interval) else {
      return .unknown(Reason.nothingAnswered)
    }
    let earliest = last.lowerBound + timeout
    let known = start == nil && circumstances.moment != nil
    return .declared(
      (known ? earliest : max(start ?? .zero, earliest))...(last.upperBound + timeout), lastAttempt: nil)
  }
}
