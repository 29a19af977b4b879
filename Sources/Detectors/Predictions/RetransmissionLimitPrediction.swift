import Model

/// The kernel's own limits on retransmission, tcp_retries2 and tcp_rto_max_ms, as the detector sets them
/// (`tcp_write_timeout`, net/ipv4/tcp_timer.c; RFC 9293 section 3.8.3).
struct RetransmissionLimitPrediction {
  var settings: RetransmissionSettings
  var circumstances: Circumstances

  var prediction: Prediction {
    var circumstances = circumstances
    if let retries = settings.retries2 { circumstances.kernel.retries2 = retries }
    if let longest = settings.rtoMax { circumstances.kernel.rtoMax = longest }
    return NonePrediction(circumstances: circumstances).prediction
  }
}
