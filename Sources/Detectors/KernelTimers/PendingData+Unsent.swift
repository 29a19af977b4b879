import Model

/// Data that does not leave the host because it waits for a route, or for the peer's window.
extension RetransmissionPrediction {
  /// Data that the kernel could not send without a route stays in the write queue, and the window probe timer handles
  /// it (`tcp_write_xmit` and `tcp_check_probe_timer`, net/ipv4/tcp_output.c).
  func unsent(written: Firing, timeout: Int64, zero: ClosedRange<Duration>) -> PendingData {
    let kernel = circumstances.kernel
    let base = max(timeout, kernel.probeBase)
    let timer = RetransmissionTimer(
      first: written.after(base, from: .systemCall), timeout: base, longest: kernel.ticksUp(kernel.rtoMax))
    return PendingData(zero: zero, timer: timer, probesLeft: kernel.retries2)
  }

  /// What was in flight is "retransmitted" without leaving the host (`__tcp_retransmit_skb`: EHOSTUNREACH). That
  /// counts, but leaves the segment's own time stamp alone, from which the give-up clock is set (`retrans_stamp` in
  /// `tcp_retransmit_skb`, net/ipv4/tcp_output.c): it starts up to a timeout and a tail loss probe earlier.
  func refused(_ data: PendingData) -> PendingData {
    var data = data
    let slack = data.timer.timeout + TimerWheel.granularity(data.timer.timeout)
    data.lead = slack * 2
    data.timer.first.earliest -= slack
    data.timer.first.origin = nil
    data.timer.first.alignment = 1
    return data
  }

  /// Data that is written while the host's own link has no carrier waits for the neighbour's address; its
  /// retransmission finds it still waiting (`skb_still_in_host_queue` in `tcp_retransmit_skb`: EBUSY), which leaves its
  /// time stamp alone: the give-up clock starts when it was written.
  func waiting(_ data: PendingData) -> PendingData {
    var data = data
    data.lead = max(1, data.timer.first.latest + 1)
    return data
  }

  /// Data behind a zero window (`tcp_probe_timer`, net/ipv4/tcp_timer.c; `tcp_probe0_when`, include/net/tcp.h): the
  /// wait doubles with each probe, but at most tcp_retries2 times, and not beyond TCP_RTO_MAX.
  func behindZeroWindow(_ moment: Circumstances.Moment) -> [PendingData]? {
    let kernel = circumstances.kernel
    let connection = moment.connection
    guard let expiry = connection.timerExpiresIn else { return nil }
    let base = max(kernel.ticksUp(connection.retransmissionTimeout), kernel.probeBase)
    let longest = min(kernel.ticksUp(kernel.rtoMax), base << Int64(min(kernel.retries2, 30)))
    let timeout = min(base << Int64(min(connection.backoff, 30)), longest)
    let left = kernel.ticksNearest(expiry)
    let next = Firing.expiry(nominal: left...left, deltas: min(left, timeout - 1)...max(left, timeout), origin: nil)
    var history: RetransmissionTimer?
    if userTimeout != nil, connection.backoff > 0 || connection.probesOut > 0 {
      // The clock started at the first firing, after the last data was sent and acknowledged, 200 ms later at most.
      guard let age = connection.lastSentAge.map(kernel.ticksNearest) else { return nil }
      let first = Firing(earliest: -age, latest: -age + kernel.ticksUp(.milliseconds(200)))
        .after(base, from: .systemCall)
      history = RetransmissionTimer(first: first, timeout: base, longest: longest)
    }
    let timer = RetransmissionTimer(first: next, timeout: timeout, longest: longest)
    return [
      PendingData(
        zero: moment.sampled...moment.sampled, timer: timer,
        probesLeft: max(0, kernel.retries2 - connection.probesOut), history: history)
    ]
  }
}
