import Model

/// No mechanism of its own: an idle connection notices nothing, and one with requests notices when the kernel gives them
/// up (tcp_retries2).
struct NonePrediction {
  var circumstances: Circumstances

  var prediction: Prediction {
    RetransmissionPrediction(circumstances: circumstances, userTimeout: nil, heartbeat: nil).prediction
  }
}
