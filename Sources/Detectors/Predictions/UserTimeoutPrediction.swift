import Model

/// TCP_USER_TIMEOUT alone (RFC 5482): without pending data no acknowledgement can be missing, and no timer is armed
/// (`tcp_retransmit_timer`, `tcp_probe_timer`, net/ipv4/tcp_timer.c).
struct UserTimeoutPrediction {
  var settings: UserTimeoutSettings
  var circumstances: Circumstances

  var prediction: Prediction {
    RetransmissionPrediction(circumstances: circumstances, userTimeout: settings.timeout, heartbeat: nil).prediction
  }
}
