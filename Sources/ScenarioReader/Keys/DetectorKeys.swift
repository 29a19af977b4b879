import Model
import Yams

/// The keys of a detector: one mechanism, with its settings.
enum DetectorKeys {
  static let name = Key(
    "name", .name, .derived("the mechanism's name"),
    "The detector's name in the results; required if its mechanism occurs twice.")

  static let mode = Key(
    "mode", .word(DetectorMode.self, "mode"), .standard("act"),
    "Whether it closes the connection and fails over when it finds its peer dead, or records the suspicion and goes on;"
      + " `watch` only for mechanisms that can end a suspicion: all heartbeats but adaptive, request-timeout, monitors."
  )
  static let observer = Key(
    "observer", .word(Observers.self, "observer"), .standard("client"),
    "The side that watches the other and owns the row; a server can run none, keepalive, user-timeout, retransmission,"
      + " heartbeat, phi-accrual, chen (all over TCP) and the monitors.")

  /// The side that runs a detector.
  enum Observers: String, CaseIterable {
    case client, server, both

    var all: [Observer] {
      switch self {
      case .client: [.client]
      case .server: [.server]
      case .both: [.client, .server]
      }
    }
  }

  /// The title of the settings under each mechanism's key.
  static func settings(of mechanism: Mechanism) -> Section {
    let title =
      switch mechanism {
      case .none: "the control"
      case .keepalive: "a keepalive"
      case .userTimeout: "a user timeout"
      case .retransmission: "a retransmission limit"
      case .connect: "a check by connecting"
      case .heartbeat: "a heartbeat"
      case .requestTimeout: "a request timeout"
      case .phiAccrual: "a phi accrual detector"
      case .chen: "a detector of Chen's"
      case .adaptive: "an adaptive heartbeat"
      case .overload: "an overload detector"
      case .linkMonitor: "a link monitor"
      case .routeMonitor: "a route monitor"
      }
    return Section(
      title,
      [name.described] + MechanismKeys.parameters(of: mechanism).map(\.description)
        + [mode.described, observer.described])
  }

  private static func meaning(of mechanism: Mechanism) -> String {
    switch mechanism {
    case .none: "No mechanism: only the kernel's defaults; the control."
    case .keepalive: "TCP keepalive: the kernel probes an idle connection."
    case .userTimeout: "TCP_USER_TIMEOUT alone: the kernel gives up data that stays unacknowledged."
    case .retransmission: "The kernel's own limits of retransmission: it gives up data that stays unacknowledged."
    case .connect: "A new connection at intervals, closed at once; a failed attempt declares the peer dead."
    case .heartbeat: "A ping at intervals, answered by the peer's application; too old a last answer declares it dead."
    case .requestTimeout: "The timeout of the workload's own requests; needs a `requests` workload."
    case .phiAccrual:
      "The phi accrual failure detector (Hayashibara, Defago, Yared, Katayama 2004) on the answers to heartbeats."
    case .chen:
      "NFD-E, the failure detector with estimated arrival times (Chen, Toueg, Aguilera 2002), on the answers to heartbeats."
    case .adaptive: "A heartbeat that searches for the longest interval at which the path's NAT keeps its mapping."
    case .overload: "A heartbeat whose answers carry the server's load, to notice overload before the server fails."
    case .linkMonitor: "The carrier of the observer's own interface, by netlink."
    case .routeMonitor: "The observer's own route to its peer, by netlink."
    }
  }

  /// Mechanisms that may be a bare word: they have no settings, or need none.
  static let bareWords = Mechanism.allCases.filter { mechanism in
    switch mechanism {
    case .none, .requestTimeout, .linkMonitor, .routeMonitor: true
    case .keepalive, .userTimeout, .retransmission, .connect, .heartbeat, .phiAccrual, .chen, .adaptive, .overload:
      false
    }
  }

  private static func key(of mechanism: Mechanism) -> Key<DetectorDraft> {
    Key(
      mechanism.rawValue,
      .mapping(settings(of: mechanism)) { fields, problems in
        let given = fields.read(name, &problems)
        let isNameWrong = fields.has(name) && given == nil
        let settings = MechanismKeys.read(mechanism, fields, &problems)
        let (mode, observers) = (fields.read(mode, &problems), fields.read(observer, &problems))
        if let mode { check(mode, of: mechanism, &problems) }
        if let observers, observers.value != .client { checkServerObserver(mechanism, settings, fields, &problems) }
        return DetectorDraft(
          mechanism: mechanism, name: isNameWrong ? nil : given?.value ?? mechanism.rawValue, isNamed: fields.has(name),
          namePosition: given?.position, settings: settings, mode: mode?.value, observers: observers)
      },
      .required, meaning(of: mechanism))
  }

  private static func check(_ mode: Located<DetectorMode>, of mechanism: Mechanism, _ problems: inout Problems) {
    guard mode.value == .watch, !mechanism.canWatch else { return }
    let able = Mechanism.allCases.filter(\.canWatch).map(\.rawValue)
    problems.report(
      .contradiction, at: mode.position, "\(mechanism.rawValue) cannot take a suspicion back, so it cannot watch",
      expected: "mode: act, or \(alternatives(able))")
  }

  private static func checkServerObserver(
    _ mechanism: Mechanism, _ settings: DetectorDraft.Settings?, _ fields: Fields, _ problems: inout Problems
  ) {
    guard mechanism.canObserveFromServer else {
      let able = Mechanism.allCases.filter(\.canObserveFromServer).map(\.rawValue)
      Parameter(observer).reportIfGiven(
        fields, "is a server, which cannot run \(mechanism.rawValue)",
        expected: "observer: client, or \(alternatives(able))", &problems)
      return
    }
    if case .settings(let settings)? = settings, let pinging = settings.pinging {
      PingingKeys.checkServerObserver(pinging, of: mechanism, fields, &problems)
    }
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
      // The same as the mechanism with an empty mapping.
      return key(of: mechanism).kind.read(.mapping(Node.Mapping([], .implicit, .any, node.mark)), &problems)
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
  var mode: DetectorMode?
  var observers: Located<DetectorKeys.Observers>?

  enum Settings: Sendable {
    case settings(DetectorSettings)
    /// nil: the workload's timeout.
    case requestTimeout(Duration?)
  }
}
