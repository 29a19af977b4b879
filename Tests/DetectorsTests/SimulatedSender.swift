/// The retransmission side of one connection into an outage: tail loss probe, retransmission timer, user timeout and
/// backoff reverts, written independently from net/ipv4/tcp_output.c, tcp_timer.c and tcp_input.c. Times are
/// microseconds since jiffy 0.
struct SimulatedSender {
  let tick: Int64
  let roundTrip: Int64
  let tailLossProbe: Bool
  /// Milliseconds; 0 is off.
  let userTimeout: Int64
  /// `tcp_model_timeout`, milliseconds.
  let budget: Int64
  /// Jiffies.
  let longest: Int64
  var timeout: Int64

  /// The sender's own kernel no longer has a route: nothing leaves the host (`-EHOSTUNREACH`).
  var refuses = false
  /// `tcp_retries2`, which counts window probes.
  var retries = 15

  enum Pending { case none, probe, retransmit, windowProbe }
  private(set) var pending = Pending.none
  private var timer = SimulatedTimer()
  /// When each unacknowledged segment was last sent.
  private var sent: [Int64] = []
  private var probed = false
  private var open = true
  private var retransmits = 0
  private(set) var backoff = 0
  /// Milliseconds.
  private var firstRetransmission: Int64?
  private var windowProbes = 0
  /// The jiffy of the first window probe (`icsk_probes_tstamp`).
  private var firstWindowProbe: Int64?
  private let base: Int64

  var givenUp: Int64?
  /// Everything that went out.
  private(set) var transmissions: [Int64] = []

  init(
    tick: Int64, roundTrip: Int64, tailLossProbe: Bool, userTimeout: Int64, budget: Int64, longest: Int64,
    timeout: Int64
  ) {
    self.tick = tick
    self.roundTrip = roundTrip
    self.tailLossProbe = tailLossProbe
    self.userTimeout = userTimeout
    self.budget = budget
    self.longest = longest
    self.timeout = timeout
    base = timeout
  }

  var nextFiring: Int64? { givenUp == nil ? timer.bucket.map { $0 * tick } : nil }
  /// Jiffies until the armed timer's nominal expiry, from `now`.
  func left(_ now: Int64) -> Int64 { max(0, timer.expires - now / tick) }
  var inFlight: Int { sent.count }

  private func jiffies(_ microseconds: Int64) -> Int64 { (microseconds + tick - 1) / tick }

  private mutating func arm(_ kind: Pending, _ now: Int64, _ delay: Int64, callback: Bool) {
    pending = kind
    timer.arm(jiffy: now / tick, delay: min(delay, longest), inCallback: callback)
  }

  /// `tcp_rto_delta_us`.
  private func headLeft(_ now: Int64) -> Int64 { sent[0] + timeout * tick - now }

  /// `tcp_rearm_rto`.
  private mutating func rearm(_ now: Int64, callback: Bool) {
    let delay = pending == .probe ? jiffies(max(1, headLeft(now))) : timeout
    arm(.retransmit, now, delay, callback: callback)
  }

  /// `tcp_write_xmit`, `tcp_event_new_data_sent`, `tcp_schedule_loss_probe`. The congestion window of small requests
  /// stays at 10 segments (`TCP_INIT_CWND`); in loss recovery it is full.
  mutating func write(_ now: Int64) {
    guard open, givenUp == nil, sent.count < 10 else { return }
    if refuses {
      // `tcp_check_probe_timer`
      if sent.isEmpty, pending == .none {
        arm(.windowProbe, now, max(timeout, jiffies(200_000)), callback: false)
      }
      return
    }
    transmissions.append(now)
    let first = sent.isEmpty
    sent.append(now)
    if first || pending == .probe {
      if first { pending = .none }
      rearm(now, callback: false)
    }
    guard tailLossProbe else { return }
    var delay = jiffies(2 * roundTrip + (sent.count == 1 ? 200_000 : 2000))
    if headLeft(now) > 0 { delay = min(delay, jiffies(headLeft(now))) }
    arm(.probe, now, delay, callback: false)
  }

  mutating func fire() {
    guard let now = nextFiring else { return }
    timer.disarm()
    if pending == .windowProbe {
      probeWindow(now)
    } else if pending == .probe {
      // `tcp_send_loss_probe`
      if !probed, !refuses {
        probed = true
        sent[sent.count - 1] = now
        transmissions.append(now)
        pending = .none
      }
      rearm(now, callback: true)
    } else {
      retransmit(now)
    }
  }

  /// `tcp_retransmit_timer`.
  private mutating func retransmit(_ now: Int64) {
    open = false
    let elapsed = firstRetransmission.map { now / 1000 - $0 } ?? 0
    if retransmits > 0, elapsed >= (userTimeout > 0 ? userTimeout : budget) {
      givenUp = now
      return
    }
    if !refuses {
      sent[0] = now
      transmissions.append(now)
    }
    firstRetransmission = firstRetransmission ?? sent[0] / 1000
    retransmits += 1
    backoff += 1
    timeout = min(timeout * 2, longest)
    arm(.retransmit, now, clamped(now), callback: true)
  }

  /// `tcp_probe_timer`, `tcp_send_probe0`, `tcp_probe0_when`, `tcp_clamp_probe0_to_user_timeout`.
  private mutating func probeWindow(_ now: Int64) {
    let (jiffy, limit) = (now / tick, jiffies(userTimeout * 1000))
    if let firstWindowProbe, userTimeout > 0, jiffy - firstWindowProbe >= limit { return givenUp = now }
    firstWindowProbe = firstWindowProbe ?? jiffy
    if windowProbes >= retries { return givenUp = now }
    if !refuses {
      transmissions.append(now)
    }
    windowProbes += 1
    if backoff < retries { backoff += 1 }
    var delay = min(max(timeout, jiffies(200_000)) << Int64(min(backoff, 20)), longest)
    if userTimeout > 0 { delay = min(delay, max(2, limit - (jiffy - (firstWindowProbe ?? jiffy)))) }
    arm(.windowProbe, now, delay, callback: true)
  }

  /// The peer's window is closed after the acknowledged data: new data waits.
  mutating func closeWindow(_ now: Int64) {
    arm(.windowProbe, now, max(timeout, jiffies(200_000)), callback: false)
  }

  var probesOut: Int { windowProbes }

  /// `tcp_clamp_rto_to_user_timeout`.
  private func clamped(_ now: Int64) -> Int64 {
    guard userTimeout > 0 else { return timeout }
    let left = userTimeout - (now / 1000 - (firstRetransmission ?? 0))
    return left <= 0 ? 1 : min(timeout, jiffies(left * 1000))
  }

  /// `tcp_ld_RTO_revert`.
  mutating func hostUnreachable(_ now: Int64) {
    guard givenUp == nil, retransmits > 0, backoff > 0 else { return }
    backoff -= 1
    timeout = min(base << Int64(min(backoff, 20)), longest)
    let left = timeout - jiffies(now - sent[0])
    if left > 0 { arm(.retransmit, now, left, callback: false) } else { retransmit(now) }
  }
}
