import Model

/// A heartbeat whose answers carry the load. It notices an outage as a heartbeat does, by definition of the timeout.
/// There is no closed form for the time when a server is overloaded.
struct OverloadPrediction {
  var settings: OverloadSettings
  var circumstances: Circumstances

  var prediction: Prediction {
    let workerStuck = circumstances.effects.contains { $0.effect == .serviceUnresponsive(.worker) }
    if workerStuck, settings.pinging.isAnswered(despite: .worker) { return .unknown(Reason.workerLoad) }
    let heartbeat = HeartbeatSettings(
      interval: settings.interval, timeout: settings.timeout, pinging: settings.pinging)
    return HeartbeatPrediction(settings: heartbeat, circumstances: circumstances).prediction
  }
}
