// The settings of every mechanism, field by field. The keys' ranges are what the kernel takes, or what can be measured.

/// A socket option in milliseconds (an int of the kernel's).
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
      "TCP_KEEPCNT: so many unanswered probes end the connection; the kernel's default."),
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
      "tcp_retries2: so many retransmissions in vain end the connection."),
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
      "The time from the start of one attempt to the next; while one is under way none is started."),
    .optionalInteger(
      "synRetries", \.synRetries, 1...127, .derived("the kernel's, 6"),
      "TCP_SYNCNT: so many repetitions of an unanswered SYN end the attempt."),
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
      "Declares the peer dead when a request stays unanswered for so long.")
  ]
  static var unset: Self { Self(timeout: .zero) }
}

/// Settings of a mechanism that sends heartbeats.
protocol PingingSettings: MechanismSettings {
  var pinging: Pinging { get set }
}

extension PingingSettings {
  /// How heartbeats are carried, and who answers them: the same for all.
  fileprivate static var pingingFields: [SettingField<Self>] {
    [
      .word(
        "transport", \.pinging.transport, "transport", standard: .tcp,
        "Whether heartbeats go on the watched connection, or in datagrams beside it."),
      .word(
        "responder", \.pinging.responder, "responder", standard: .eventLoop,
        "The server's thread that answers: the one that does everything, or one that only moves bytes."),
      .word(
        "depth", \.pinging.depth, "depth", standard: .shallow,
        "What an answer proves: that the responder lives, or that the worker behind an I/O thread does."),
    ]
  }
}

private let pingInterval = "The time from one ping to the next."
private let answerAge = "Declares the peer dead when the last answer is so old; must exceed the interval."
private let windowMeaning = "So many of the last answers enter the estimate."

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
        "Declares the peer dead when phi exceeds it: 1 means a chance of 10% to be wrong, 8 one of 10^-8."),
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
        "The shortest interval from one ping to the next, with which it begins."),
      .duration("to", \.to, .positive, .required, "The longest interval; above the shortest."),
      .duration(
        "step", \.step, .positive, .required, "By so much the interval grows after enough answers in a row."),
      .integer(
        "successes", \.successes, 1...1000, .standard("3"), "So many answers in a row lead to a longer interval."),
      .duration(
        "timeout", \.timeout, .positive, .required, "Declares the peer dead when a ping stays unanswered for so long."),
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
      .integer("samples", \.samples, 1...1000, .standard("3"), "So many such answers in a row it takes."),
      .duration("timeout", \.timeout, .positive, .required, answerAge),
    ] + pingingFields
  static var unset: Self { Self(interval: .zero, threshold: 0, samples: 0, timeout: .zero) }
}
