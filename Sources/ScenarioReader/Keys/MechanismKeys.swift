import Model

/// The settings of each mechanism: which keys it has, and how they are read.
enum MechanismKeys {
  static let idle = Key(
    "idle", .duration(.seconds(1...32767)), .standard("7200s"),
    "TCP_KEEPIDLE: the silence after which the first probe is sent; the kernel's default.")
  static let probeInterval = Key(
    "interval", .duration(.seconds(1...32767)), .standard("75s"),
    "TCP_KEEPINTVL: the time from one probe to the next; the kernel's default.")
  static let probes = Key(
    "probes", .integer(1...127), .standard("9"),
    "TCP_KEEPCNT: so many unanswered probes end the connection; the kernel's default.")
  static let keepaliveUserTimeout = Key(
    "userTimeout", .duration(milliseconds), .derived("off"),
    "TCP_USER_TIMEOUT: how long sent data may stay unacknowledged; with it, the number of probes is ignored.")

  static let userTimeout = Key(
    "timeout", .duration(milliseconds), .required,
    "TCP_USER_TIMEOUT: how long sent data may stay unacknowledged (RFC 5482).")

  static let retries2 = Key(
    "retries2", .integer(0...255), .derived("the kernel's, 15"),
    "tcp_retries2: so many retransmissions in vain end the connection.")
  static let rtoMax = Key(
    "rtoMax", .duration(.milliseconds(1000...120_000)), .derived("the kernel's, 120s"),
    "tcp_rto_max_ms: the longest time from one retransmission to the next; since Linux 6.15.")

  static let connectInterval = Key(
    "interval", .duration(.positive), .required,
    "The time from the start of one attempt to the next; while one is under way none is started.")
  static let synRetries = Key(
    "synRetries", .integer(1...127), .derived("the kernel's, 6"),
    "TCP_SYNCNT: so many repetitions of an unanswered SYN end the attempt.")
  static let connectUserTimeout = Key(
    "userTimeout", .duration(milliseconds), .derived("off"), "TCP_USER_TIMEOUT on the connecting socket.")
  static let connectTimeout = Key(
    "timeout", .duration(.positive), .derived("the kernel's"),
    "How long the application itself waits for an attempt.")

  static let interval = Key("interval", .duration(.positive), .required, "The time from one ping to the next.")
  static let timeout = Key(
    "timeout", .duration(.positive), .required,
    "Declares the peer dead when the last answer is so old; must exceed the interval.")

  static let requestTimeout = Key(
    "timeout", .duration(.positive), .derived("the workload's timeout"),
    "Declares the peer dead when a request stays unanswered for so long.")

  // Threshold and least deviation are the defaults of Akka's cluster (reference.conf: threshold 8.0,
  // min-std-deviation 100 ms); Cassandra's phi_convict_threshold is 8 too.
  static let phi = Key(
    "threshold", .positive(upTo: 300), .standard("8"),
    "Declares the peer dead when phi exceeds it: 1 means a chance of 10% to be wrong, 8 one of 10^-8.")
  static let minDeviation = Key(
    "minDeviation", .duration(.positive), .standard("100ms"),
    "The standard deviation of the answers' spacing is taken to be at least this.")
  static let window = Key(
    "window", .integer(1...100_000), .standard("100"), "So many of the last answers enter the estimate.")

  static let margin = Key(
    "margin", .duration(.positive), .required,
    "The safety margin, alpha, beyond the estimated arrival of the next answer.")

  static let from = Key(
    "from", .duration(.positive), .required, "The shortest interval from one ping to the next, with which it begins.")
  static let to = Key("to", .duration(.positive), .required, "The longest interval; above the shortest.")
  static let step = Key(
    "step", .duration(.positive), .required, "By so much the interval grows after enough answers in a row.")
  static let successes = Key(
    "successes", .integer(1...1000), .standard("3"), "So many answers in a row lead to a longer interval.")
  static let pingTimeout = Key(
    "timeout", .duration(.positive), .required, "Declares the peer dead when a ping stays unanswered for so long.")

  static let load = Key(
    "threshold", .percentage(.positive), .standard("90%"),
    "Declares the peer overloaded when its answers report at least this load.")
  static let samples = Key(
    "samples", .integer(1...1000), .standard("3"), "So many such answers in a row it takes.")

  private static let milliseconds = DurationRule.milliseconds(1...2_147_483_647)

  static func parameters(of mechanism: Mechanism) -> [Parameter] {
    switch mechanism {
    case .none, .linkMonitor, .routeMonitor: []
    case .keepalive:
      [Parameter(idle), Parameter(probeInterval), Parameter(probes), Parameter(keepaliveUserTimeout)]
    case .userTimeout: [Parameter(userTimeout)]
    case .retransmission: [Parameter(retries2), Parameter(rtoMax)]
    case .connect:
      [Parameter(connectInterval), Parameter(synRetries), Parameter(connectUserTimeout), Parameter(connectTimeout)]
    case .heartbeat: [Parameter(interval), Parameter(timeout)] + PingingKeys.parameters
    case .requestTimeout: [Parameter(requestTimeout)]
    case .phiAccrual:
      [Parameter(interval), Parameter(phi), Parameter(window), Parameter(minDeviation)] + PingingKeys.parameters
    case .chen: [Parameter(interval), Parameter(margin), Parameter(window)] + PingingKeys.parameters
    case .adaptive:
      [Parameter(from), Parameter(to), Parameter(step), Parameter(successes), Parameter(pingTimeout)]
        + PingingKeys.parameters
    case .overload:
      [Parameter(interval), Parameter(load), Parameter(samples), Parameter(timeout)] + PingingKeys.parameters
    }
  }

  /// nil if a setting is wrong, which has then been reported.
  static func read(
    _ mechanism: Mechanism, _ fields: Fields, _ problems: inout Problems
  ) -> DetectorDraft.Settings? {
    switch mechanism {
    case .none: return .settings(.none)
    case .linkMonitor: return .settings(.linkMonitor)
    case .routeMonitor: return .settings(.routeMonitor)
    case .keepalive:
      let (idle, interval) = (fields.read(idle, &problems), fields.read(probeInterval, &problems))
      let (probes, timeout) = (fields.read(probes, &problems), fields.read(keepaliveUserTimeout, &problems))
      guard let idle, let interval, let probes else { return nil }
      return .settings(
        .keepalive(
          KeepaliveSettings(
            idle: idle.value, interval: interval.value, probes: probes.value, userTimeout: timeout?.value)))
    case .userTimeout:
      return fields.read(userTimeout, &problems).map { .settings(.userTimeout(UserTimeoutSettings(timeout: $0.value))) }
    case .retransmission:
      let (retries, longest) = (fields.read(retries2, &problems), fields.read(rtoMax, &problems))
      return .settings(
        .retransmission(RetransmissionSettings(retries2: retries?.value, rtoMax: longest?.value)))
    case .connect:
      let (interval, retries) = (fields.read(connectInterval, &problems), fields.read(synRetries, &problems))
      let (userTimeout, timeout) = (
        fields.read(connectUserTimeout, &problems), fields.read(connectTimeout, &problems)
      )
      return interval.map {
        .settings(
          .connect(
            ConnectSettings(
              interval: $0.value, synRetries: retries?.value, userTimeout: userTimeout?.value, timeout: timeout?.value))
        )
      }
    case .requestTimeout:
      let timeout = fields.read(requestTimeout, &problems)
      return fields.has(requestTimeout) && timeout == nil ? nil : .requestTimeout(timeout?.value)
    case .heartbeat, .phiAccrual, .chen, .adaptive, .overload:
      let pinging = PingingKeys.read(fields, &problems)
      let settings = heartbeats(mechanism, pinging ?? Pinging(), fields, &problems)
      return pinging == nil ? nil : settings.map { .settings($0) }
    }
  }

  private static func heartbeats(
    _ mechanism: Mechanism, _ pinging: Pinging, _ fields: Fields, _ problems: inout Problems
  ) -> DetectorSettings? {
    switch mechanism {
    case .phiAccrual:
      let (spacing, limit) = (fields.read(interval, &problems), fields.read(phi, &problems))
      let (count, least) = (fields.read(window, &problems), fields.read(minDeviation, &problems))
      guard let spacing, let limit, let count, let least else { return nil }
      return .phiAccrual(
        PhiAccrualSettings(
          interval: spacing.value, threshold: limit.value, window: count.value, minDeviation: least.value,
          pinging: pinging))
    case .chen:
      let (spacing, alpha) = (fields.read(interval, &problems), fields.read(margin, &problems))
      guard let count = fields.read(window, &problems), let spacing, let alpha else { return nil }
      return .chen(
        ChenSettings(interval: spacing.value, margin: alpha.value, window: count.value, pinging: pinging))
    case .adaptive: return adaptive(pinging, fields, &problems)
    case .overload:
      let (spacing, patience) = intervalAndTimeout(fields, &problems)
      let (share, count) = (fields.read(load, &problems), fields.read(samples, &problems))
      guard let spacing, let patience, let share, let count else { return nil }
      return .overload(
        OverloadSettings(
          interval: spacing, threshold: share.value, samples: count.value, timeout: patience, pinging: pinging))
    default:
      let (spacing, patience) = intervalAndTimeout(fields, &problems)
      guard let spacing, let patience else { return nil }
      return .heartbeat(HeartbeatSettings(interval: spacing, timeout: patience, pinging: pinging))
    }
  }

  private static func adaptive(
    _ pinging: Pinging, _ fields: Fields, _ problems: inout Problems
  ) -> DetectorSettings? {
    let (shortest, longest) = (fields.read(from, &problems), fields.read(to, &problems))
    let (growth, count) = (fields.read(step, &problems), fields.read(successes, &problems))
    guard let patience = fields.read(pingTimeout, &problems), let shortest, let longest, let growth, let count else {
      return nil
    }
    guard longest.value > shortest.value else {
      problems.report(
        .contradiction, at: longest.position,
        "nothing to learn from \(shortest.value.spelled) to \(longest.value.spelled)",
        expected: "a longest interval above the shortest")
      return nil
    }
    return .adaptive(
      AdaptiveSettings(
        from: shortest.value, to: longest.value, step: growth.value, successes: count.value, timeout: patience.value,
        pinging: pinging))
  }

  private static func intervalAndTimeout(_ fields: Fields, _ problems: inout Problems) -> (Duration?, Duration?) {
    let (spacing, patience) = (fields.read(interval, &problems), fields.read(timeout, &problems))
    if let spacing, let patience, patience.value <= spacing.value {
      problems.report(
        .contradiction, at: patience.position,
        "a timeout of \(patience.value.spelled) cries wolf between heartbeats \(spacing.value.spelled) apart",
        expected: "a timeout above the interval")
      return (nil, nil)
    }
    return (spacing?.value, patience?.value)
  }
}
