import Model

/// No mechanism of its own: an idle connection notices nothing, and one with unacknowledged data notices when the
/// kernel gives that up (tcp_retries2; `tcp_write_timeout`, net/ipv4/tcp_timer.c).
struct NonePrediction {
  var circumstances: Circumstances

  var prediction: Prediction {
    RetransmissionPrediction(circumstances: circumstances, userTimeout: nil, heartbeat: nil).prediction
  }
}
