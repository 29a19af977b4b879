import Model

/// NFD-E (Chen, Toueg, Aguilera 2002, section 5): suspects when an answer has not come by its estimated arrival time plus
/// the margin alpha.
struct ChenPrediction {
  var settings: ChenSettings
  var circumstances: Circumstances

  var prediction: Prediction {
    MissedAnswers(interval: settings.interval, pinging: settings.pinging, circumstances: circumstances)
      .prediction(missed)
  }

  private func missed(from start: Duration?) -> OutageCourse.Verdict {
    let (interval, margin) = (settings.interval, settings.margin)
    guard start == nil, let moment = circumstances.moment else {
      let start = start ?? .zero
      return .declared((start + margin)...(start + interval + margin + circumstances.roundTrip), lastAttempt: nil)
    }
    guard let next = moment.application.arrivals?.nextArrival else { return .unknown(Reason.nothingLearned) }
    let expected = next - moment.t0 + margin
    let last = moment.application.lastAnswer ?? next - interval
    // An answer that still got through moved the estimate by one interval.
    let moved = circumstances.answerInFlight(after: last, every: interval) == nil ? .zero : interval
    return .declared(expected...(expected + moved), lastAttempt: nil)
  }
}
