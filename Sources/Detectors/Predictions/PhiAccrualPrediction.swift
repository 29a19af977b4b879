import Model

/// The phi accrual failure detector (Hayashibara, Defago, Yared, Katayama 2004): phi(t) = -log10 of the chance that the
/// next answer comes later than t after the last one, with the inter-arrival times assumed to be normally distributed.
///
/// It exceeds the threshold at t = mean + deviation * z, z the normal distribution's quantile for that chance.
struct PhiAccrualPrediction {
  var settings: PhiAccrualSettings
  var circumstances: Circumstances

  var prediction: Prediction {
    MissedAnswers(interval: settings.interval, pinging: settings.pinging, circumstances: circumstances)
      .prediction(missed)
  }

  /// On a path without jitter, the mean is the interval, and the deviation is the least deviation that is set.
  private func missed(from start: Duration?) -> OutageCourse.Verdict {
    var (mean, deviation) = (settings.interval, settings.minDeviation)
    if let moment = circumstances.moment {
      guard let learned = moment.application.arrivals, let learnedMean = learned.mean,
        let learnedDeviation = learned.deviation
      else { return .unknown(Reason.nothingLearned) }
      (mean, deviation) = (learnedMean, max(learnedDeviation, settings.minDeviation))
    }
    guard let last = circumstances.lastAnswer(before: start, every: settings.interval) else {
      return .unknown(Reason.nothingAnswered)
    }
    let patience = Duration(
      seconds: mean.inSeconds + deviation.inSeconds * NormalTail.point(digits: settings.threshold))
    if patience < settings.interval { return .unknown(Reason.lowThreshold) }
    return .declared((last.lowerBound + patience)...(last.upperBound + patience), lastAttempt: nil)
  }
}
