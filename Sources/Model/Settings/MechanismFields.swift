// The settings of every mechanism, field by field. The keys' ranges are those that the kernel accepts, or that can be
// measured.

/// A socket option in milliseconds (an int in the kernel).
private let optionMilliseconds = DurationRule.milliseconds(1...2_147_483_647)

extension KeepaliveSettings: MechanismSettings {
  static let fields: [SettingField<Self>] = [
    .duration(
      "idle", \.idle, .seconds(1...32767), .standard("7200s"),
      "TCP_KEEPIDLE: the silence after which the first probe is sent; the kernel's default."),
    .duration(
      "interval", \.interval, .seconds(1...32767), .standard("75s"),
      "TCP_KEEPINTVL: the time from one probe to the next; the kernel's default."),
    .integer(
      "probes", \.probes, 1...127, .standard("9"),
      "TCP_KEEPCNT: the number of unanswered probes that end the connection; the kernel's default."),
    .optionalDuration(
      "userTimeout", \.userTimeout, optionMilliseconds, .derived("off"),
      "TCP_USER_TIMEOUT: how long sent data may stay unacknowledged; with it, the number of probes is ignored."),
  ]
  static var unset: Self { Self(idle: .zero, interval: .zero, probes: 0) }
}

extension UserTimeoutSettings: MechanismSettings {
  static let fields: [SettingField<Self>] = [
    .duration(
      "timeout", \.timeout, optionMilliseconds, .required,
      "TCP_USER_TIMEOUT: how long sent data may stay unacknowledged (RFC 5482).")
  ]
  static var unset: Self { Self(timeout: .zero) }
}

extension RetransmissionSettings: MechanismSettings {
  static let fields: [SettingField<Self>] = [
    .optionalInteger(
      "retries2", \.retries2, 0...255, .derived("the kernel's, 15"),
      "tcp_retries2: the number of unacknowledged retransmissions that end the connection."),
    .optionalDuration(
      "rtoMax", \.rtoMax, .milliseconds(1000...120_000), .derived("the kernel's, 120s"),
      "tcp_rto_max_ms: the longest time from one retransmission to the next; since Linux 6.15."),
  ]
  static var unset: Self { Self() }
}

extension ConnectSettings: MechanismSettings {
  static let fields: [SettingField<Self>] = [
    .duration(
      "interval", \.interval, .positive, .required,
      "The time from the start of one attempt to the next; no attempt starts while another is under way."),
    .optionalInteger(
      "synRetries", \.synRetries, 1...127, .derived("the kernel's, 6"),
      "TCP_SYNCNT: the number of retransmissions of an unanswered SYN after which the attempt ends."),
    .optionalDuration(
      "userTimeout", \.userTimeout, optionMilliseconds, .derived("off"), "TCP_USER_TIMEOUT on the connecting socket."),
    .optionalDuration(
      "timeout", \.timeout, .positive, .derived("the kernel's"),
      "How long the application itself waits for an attempt."),
  ]
  static var unset: Self { Self(interval: .zero) }
}

extension RequestTimeoutSettings: MechanismSettings {
  static let fields: [SettingField<Self>] = [
    .duration(
      "timeout", \.timeout, .positive, .derived("the workload's timeout"),
      "Declares the peer dead when a request stays unanswered for this long.")
  ]
  static var unset: Self { Self(timeout: .zero) }
}

/// Settings of a mechanism that sends heartbeats.
protocol PingingSettings: MechanismSettings {
  var pinging: Pinging { get set }
}

extension PingingSettings {
  /// How heartbeats are carried and which thread answers them: the same keys for all mechanisms.
  fileprivate static var pingingFields: [SettingField<Self>] {
    [
      .word(
        "transport", \.pinging.transport, "transport", standard: .tcp,
        "Whether heartbeats go over the watched connection, or in datagrams beside it."),
      .word(
        "responder", \.pinging.responder, "responder", standard: .eventLoop,
        "The server's thread that answers: the one that does everything, or one that only does I/O."),
      .word(
        "depth", \.pinging.depth, "depth", standard: .shallow,
        "What an answer proves: that the responder works, or that the worker behind an I/O thread does."),
    ]
  }
}

private let pingInterval = "The time from one ping to the next."
private let answerAge = "Declares the peer dead when the last answer is this old; must exceed the interval."
private let windowMeaning = "The number of latest answers from which the estimate is made."

extension HeartbeatSettings: PingingSettings {
  static let fields: [SettingField<Self>] =
    [
      .duration("interval", \.interval, .positive, .required, pingInterval),
      .duration("timeout", \.timeout, .positive, .required, answerAge),
    ] + pingingFields
  static var unset: Self { Self(interval: .zero, timeout: .zero) }
}

extension PhiAccrualSettings: PingingSettings {
  // Threshold and least deviation are the defaults of Akka's cluster (reference.conf: threshold 8.0,
  // min-std-deviation 100 ms); Cassandra's phi_convict_threshold is 8 too.
  static let fields: [SettingField<Self>] =
    [
      .duration("interval", \.interval, .positive, .required, pingInterval),
      .number(
        "threshold", \.threshold, upTo: 300, .standard("8"),
        "Declares the peer dead when phi exceeds it: 1 means a 10% chance of being wrong, 8 a chance of 10^-8."),
      .integer("window", \.window, 1...100_000, .standard("100"), windowMeaning),
      .duration(
        "minDeviation", \.minDeviation, .positive, .standard("100ms"),
        "The standard deviation of the answers' spacing is taken to be at least this."),
    ] + pingingFields
  static var unset: Self { Self(interval: .zero, threshold: 0, window: 0, minDeviation: .zero) }
}

extension ChenSettings: PingingSettings {
  static let fields: [SettingField<Self>] =
    [
      .duration("interval", \.interval, .positive, .required, pingInterval),
      .duration(
        "margin", \.margin, .positive, .required,
        "The safety margin, alpha, beyond the estimated arrival of the next answer."),
      .integer("window", \.window, 1...100_000, .standard("100"), windowMeaning),
    ] + pingingFields
  static var unset: Self { Self(interval: .zero, margin: .zero, window: 0) }
}

extension AdaptiveSettings: PingingSettings {
  static let fields: [SettingField<Self>] =
    [
      .duration(
        "from", \.from, .positive, .required,
        "The shortest interval from one ping to the next, which is used first."),
      .duration("to", \.to, .positive, .required, "The longest interval; must exceed the shortest."),
      .duration(
        "step", \.step, .positive, .required, "How much the interval grows after enough answers in a row."),
      .integer(
        "successes", \.successes, 1...1000, .standard("3"), "The answers in a row after which the interval grows."),
      .duration(
        "timeout", \.timeout, .positive, .required, "Declares the peer dead when a ping is unanswered for this long."),
    ] + pingingFields
  static var unset: Self { Self(from: .zero, to: .zero, step: .zero, successes: 0, timeout: .zero) }
}

extension OverloadSettings: PingingSettings {
  static let fields: [SettingField<Self>] =
    [
      .duration("interval", \.interval, .positive, .required, pingInterval),
      .share(
        "threshold", \.threshold, .positive, .standard("90%"),
        "Declares the peer overloaded when its answers report at least this load."),
      .integer("samples", \.samples, 1...1000, .standard("3"), "The number of such answers in a row that is needed."),
      .duration("timeout", \.timeout, .positive, .required, answerAge),
    ] + pingingFields
  static var unset: Self { Self(interval: .zero, threshold: 0, samples: 0, timeout: .zero) }
}
