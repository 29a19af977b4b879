import Detectors
import EndpointProtocol
import Lab
import Model

// The prediction of a measurement's outcome, from the state at t0.
extension RowMaker {
  /// What the application knew at t0.
  private var application: ApplicationState? {
    for case .marked(let state) in measurement.events { return state }
    return nil
  }

  /// The age at t0 of the last answer, for mechanisms that wait for answers; of the last segment, for the kernel's.
  func lastHeard(at t0: Instant) -> Duration? {
    switch settings.traits.signOfLife {
    case .answers: application?.lastAnswer.map { t0 - $0 }
    case .segments: measurement.sample(.fault).map { max(.zero, $0.state.lastReceivedAge - ($0.at - t0)) }
    }
  }

  /// - Parameter trusted: whether the detector still trusted its peer at t0. The prediction applies to one that did.
  func predict(from t0: Instant, trusted: Bool, in row: inout ResultRow) {
    let prediction = prediction(from: t0)
    if case .range(let min, let max) = prediction {
      row.predictedMin = min
      row.predictedMax = max
    }
    guard trusted else { return }
    row.withinPrediction = prediction.agrees(
      detection: row.detection, observed: row.observed, kernel: facts.kernel.timers)
  }

  private func prediction(from t0: Instant) -> Prediction {
    let (observer, kernel, workload) = (planned.observer, facts.kernel.timers, planned.scenario.workload)
    guard let atFault = measurement.sample(.fault), var application, let effectiveBy = faults.t0?.after else {
      // A fault that ends a connection at once leaves no state to start from; the prediction does not need it either.
      return settings.prediction(of: effects, workload: workload, observer: observer, kernel: kernel)
    }
    // On a busy machine a request that was due before t0 may be sent after it: the time of sending counts, not the due
    // time.
    let sent = measurement.events(of: .client)
      .compactMap { if case .request(let sentAt, _) = $0, sentAt >= t0 { sentAt } else { nil } }.min()
    if let sent, let due = application.nextRequest { application.nextRequest = min(sent, due) }
    let predictions = application.statesAtFault(
      from: t0, until: effectiveBy, lag: (lag ?? .zero) * 2 + (effectiveBy - t0) * 2 + .milliseconds(1),
      settings, workload
    ).map {
      settings.prediction(
        of: effects, workload: workload, observer: observer, connection: atFault.state, application: $0, t0: t0,
        kernel: kernel)
    }
    return predictions.dropFirst().reduce(predictions[0]) { $0.joined(with: $1) }
  }
}
