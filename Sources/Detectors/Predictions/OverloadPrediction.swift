import Model

/// A heartbeat whose answers carry the load: an outage it notices as a heartbeat does. When a server is overloaded has no
/// closed form. By definition of the timeout.
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
