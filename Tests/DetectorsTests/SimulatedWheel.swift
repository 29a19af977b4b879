/// A timer of the kernel's wheel, written independently from kernel/time/timer.c, jiffy by jiffy and level by level, so
/// that the predictions are checked against something independent.
struct SimulatedTimer {
  /// `timer->expires`.
  private(set) var expires: Int64 = 0
  /// The jiffy in which its bucket is run.
  private(set) var bucket: Int64?

  /// `clock` is `base->clk`: the jiffy, or the next one within a callback.
  mutating func arm(jiffy: Int64, delay: Int64, inCallback: Bool = false) {
    expires = jiffy + delay
    let delta = expires - (inCallback ? jiffy + 1 : jiffy)
    let starts: [Int64] = [63, 504, 4032, 32256, 258_048, 2_064_384, 16_515_072, 132_120_576]
    let shift = Int64(3 * starts.filter { delta >= $0 }.count)
    bucket = ((expires >> shift) + 1) << shift
  }

  mutating func disarm() { bucket = nil }
}

/// `tcp_keepalive_timer` of one connection without pending data.
struct SimulatedKeepalive {
  var idle: Int64
  var interval: Int64
  var probes: Int
  var userTimeout: Int64
  var heard: Int64
  var data: Int64
  var unanswered = 0
  var timer = SimulatedTimer()
  var declared: Int64?

  init(idle: Int64, interval: Int64, probes: Int, userTimeout: Int64, armedAt jiffy: Int64) {
    self.idle = idle
    self.interval = interval
    self.probes = probes
    self.userTimeout = userTimeout
    heard = jiffy
    data = jiffy
    timer.arm(jiffy: jiffy, delay: idle)
  }

  mutating func receive(at jiffy: Int64, data isData: Bool = false) {
    heard = jiffy
    if isData { data = jiffy }
    unanswered = 0
  }

  /// Runs every timer up to and including `last`; `answers` says whether a probe sent in a jiffy is answered.
  mutating func run(until last: Int64, answers: (Int64) -> Bool) {
    while declared == nil, let jiffy = timer.bucket, jiffy <= last { fire(at: jiffy, answered: answers(jiffy)) }
  }

  private mutating func fire(at jiffy: Int64, answered: Bool) {
    let elapsed = jiffy - heard
    guard elapsed >= idle else { return timer.arm(jiffy: jiffy, delay: idle - elapsed, inCallback: true) }
    if userTimeout != 0 ? (elapsed >= userTimeout && unanswered > 0) : unanswered >= probes {
      declared = jiffy
      return timer.disarm()
    }
    unanswered += 1
    timer.arm(jiffy: jiffy, delay: interval, inCallback: true)
    if answered { receive(at: jiffy) }
  }
}
