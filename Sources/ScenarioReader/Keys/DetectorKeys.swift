import Model
import Yams

/// The keys of a detector: one mechanism, with its settings.
enum DetectorKeys {
  static let name = Key(
    "name", .name, .derived("the mechanism's name"),
    "What the results call the detector; required if its mechanism occurs twice.")

  static let idle = Key(
    "idle", .duration(.wholeSeconds(1...32767)), .standard("7200s"),
    "TCP_KEEPIDLE: the silence after which the first probe is sent; the kernel's default.")
  static let probeInterval = Key(
    "interval", .duration(.wholeSeconds(1...32767)), .standard("75s"),
    "TCP_KEEPINTVL: the time from one probe to the next; the kernel's default.")
  static let probes = Key(
    "probes", .integer(1...127), .standard("9"),
    "TCP_KEEPCNT: so many unanswered probes end the connection; the kernel's default.")
  static let userTimeout = Key(
    "userTimeout", .duration(.wholeMilliseconds(upTo: 2_147_483_647)), .derived("off"),
    "TCP_USER_TIMEOUT: how long sent data may stay unacknowledged; with it, the number of probes is ignored.")

  static let heartbeatInterval = Key(
    "interval", .duration(.positive), .required, "The time from one ping to the next.")
  static let heartbeatTimeout = Key(
    "timeout", .duration(.positive), .required,
    "Declares the peer dead when the last answer is so old; must exceed the interval.")

  static let requestTimeout = Key(
    "timeout", .duration(.positive), .derived("the workload's timeout"),
    "Declares the peer dead when a request stays unanswered for so long.")

  /// What stands under each mechanism's key.
  static func settings(of mechanism: Mechanism) -> Section {
    switch mechanism {
    case .none: Section("the control", [name.described])
    case .keepalive:
      Section(
        "a keepalive",
        [name.described, idle.described, probeInterval.described, probes.described, userTimeout.described])
    case .heartbeat:
      Section("a heartbeat", [name.described, heartbeatInterval.described, heartbeatTimeout.described])
    case .requestTimeout: Section("a request timeout", [name.described, requestTimeout.described])
    }
  }

  private static func meaning(of mechanism: Mechanism) -> String {
    switch mechanism {
    case .none: "No mechanism: only the kernel's defaults; the control."
    case .keepalive: "TCP keepalive: the kernel probes an idle connection."
    case .heartbeat: "A ping on the connection, answered by the server's event loop."
    case .requestTimeout: "The timeout of the workload's own requests; needs a `requests` workload."
    }
  }

  /// Mechanisms that may stand as a bare word, because nothing of theirs has to be said.
  static let bareWords: [Mechanism] = [.none, .requestTimeout]

  private static func key(of mechanism: Mechanism) -> Key<DetectorDraft> {
    Key(
      mechanism.rawValue,
      .mapping(settings(of: mechanism)) { fields, problems in
        let given = fields.read(name, &problems)
        let isNameWrong = fields.has(name) && given == nil
        return DetectorDraft(
          mechanism: mechanism, name: isNameWrong ? nil : given?.value ?? mechanism.rawValue, isNamed: fields.has(name),
          namePosition: given?.position, settings: read(mechanism, fields, &problems))
      },
      .required, meaning(of: mechanism))
  }

  static let kind = Kind<DetectorDraft>(
    shape: .either(
      [.word(bareWords.map(\.rawValue))]
        + Mechanism.allCases.map { .mapping(Section("a detector", [key(of: $0).described])) })
  ) { node, problems in
    let expected = "one of \(alternatives(Mechanism.allCases.map(\.rawValue))), with its settings"
    if case .text(let word)? = node.meaning {
      guard let mechanism = mechanism(word, at: node.position, &problems) else { return nil }
      guard bareWords.contains(mechanism) else {
        problems.report(
          .wrongType, at: node.position, "`\(word)` lacks its settings",
          expected: "\(word): \(Shape.mapping(settings(of: mechanism)).spelled)")
        return nil
      }
      return DetectorDraft(
        mechanism: mechanism, name: word, isNamed: false, settings: mechanism == .none ? .control : .requestTimeout(nil)
      )
    }
    guard let pairs = Pairs(node, expected: expected, &problems) else { return nil }
    guard let first = pairs.all.first else {
      problems.report(.missingKey, at: node.position, "a detector without a mechanism", expected: expected)
      return nil
    }
    for extra in pairs.all.dropFirst() {
      problems.report(
        .unknownKey, at: extra.position, "`\(extra.name)` beside `\(first.name)` in one detector",
        expected: "one mechanism for each list item, its settings below it: \(first.name): {...}")
    }
    guard let mechanism = mechanism(first.name, at: first.position, &problems) else { return nil }
    return key(of: mechanism).kind.read(first.value, &problems)
  }

  private static func mechanism(_ word: String, at position: Position, _ problems: inout Problems) -> Mechanism? {
    if let mechanism = Mechanism(rawValue: word) { return mechanism }
    let words = Mechanism.allCases.map(\.rawValue)
    problems.report(
      .unknownWord, at: position, "unknown mechanism `\(word)`" + suggestion(for: word, among: words),
      expected: alternatives(words))
    return nil
  }

  private static func read(
    _ mechanism: Mechanism, _ fields: Fields, _ problems: inout Problems
  ) -> DetectorDraft.Settings? {
    switch mechanism {
    case .none: return .control
    case .keepalive:
      let (idle, interval) = (fields.read(idle, &problems), fields.read(probeInterval, &problems))
      let (probes, timeout) = (fields.read(probes, &problems), fields.read(userTimeout, &problems))
      guard let idle, let interval, let probes else { return nil }
      return .keepalive(
        KeepaliveSettings(
          idle: idle.value, interval: interval.value, probes: probes.value, userTimeout: timeout?.value))
    case .heartbeat:
      let (interval, timeout) = (fields.read(heartbeatInterval, &problems), fields.read(heartbeatTimeout, &problems))
      guard let interval, let timeout else { return nil }
      guard timeout.value > interval.value else {
        problems.report(
          .contradiction, at: timeout.position,
          "a timeout of \(timeout.value.spelled) cries wolf between heartbeats \(interval.value.spelled) apart",
          expected: "a timeout above the interval")
        return nil
      }
      return .heartbeat(HeartbeatSettings(interval: interval.value, timeout: timeout.value))
    case .requestTimeout:
      let timeout = fields.read(requestTimeout, &problems)
      return fields.has(requestTimeout) && timeout == nil ? nil : .requestTimeout(timeout?.value)
    }
  }
}

/// A detector as far as it could be read.
struct DetectorDraft: Sendable {
  var mechanism: Mechanism
  /// nil if it is wrong.
  var name: String?
  /// Whether the file gives the name.
  var isNamed: Bool
  var namePosition: Position?
  var settings: Settings?

  enum Settings: Sendable {
    case control
    case keepalive(KeepaliveSettings)
    case heartbeat(HeartbeatSettings)
    /// nil: the workload's timeout.
    case requestTimeout(Duration?)
  }
}
