import Model
import Yams

/// The keys of a timeline's entries: an injection of one of the faults with its parameters, or a heal.
enum TimelineKeys {
  static let at = Key(
    "at", .duration(.zeroOrMore), .required, "When, from the measurement's start; each trial adds its own phase.")
  static let heal = Key(
    "heal", .word(FaultKind.self, "fault", only: FaultKind.allCases.filter { !endsByItself($0) }), .required,
    "The fault that ends.")
  static let cable = Key(
    "cable", .word(CableName.self, "cable"), .standard("server"), "The cable, named for the host at its end.")
  static let direction = Key(
    "direction", .word(BlackholeDirection.self, "direction"), .standard("both"), "Which frames are swallowed.")
  static let downtime = Key(
    "downtime", .duration(.positive), .required, "How long the router is without power; then a fresh one comes up.")
  static let mode = Key(
    "mode", .word(SaturationMode.self, "mode"), .standard("busy-loop"), "How the server's CPU is saturated.")
  static let every = Key(
    "every", .duration(.positive), .optional, "Injects again so long after each injection; together with `times`.")
  static let times = Key(
    "times", .integer(1...10_000), .optional, "How often it is injected in all; together with `every`.")

  /// Faults that end by themselves cannot be healed, and only they can be repeated.
  static func endsByItself(_ fault: FaultKind) -> Bool {
    switch fault {
    case .cablePull, .blackhole, .cpuSaturation: false
    case .routerRestart: true
    }
  }

  private static func parameters(of fault: FaultKind) -> [KeyDescription] {
    switch fault {
    case .cablePull: [cable.described]
    case .blackhole: [cable.described, direction.described]
    case .routerRestart: [downtime.described, every.described, times.described]
    case .cpuSaturation: [mode.described]
    }
  }

  private static func meaning(of fault: FaultKind) -> String {
    switch fault {
    case .cablePull: "Both ends of the cable lose carrier."
    case .blackhole: "Frames vanish silently on the cable; carrier stays."
    case .routerRestart: "The router loses power, and with it all state."
    case .cpuSaturation: "The server's process answers nobody while its kernel goes on acknowledging."
    }
  }

  private static func inject(_ fault: FaultKind) -> Key<FaultKind> {
    Key("inject", .word(FaultKind.self, "fault", only: [fault]), .required, meaning(of: fault))
  }

  static func injection(of fault: FaultKind) -> Section {
    Section(
      "an injection of \(fault.rawValue)", [at.described, inject(fault).described] + parameters(of: fault))
  }

  static let healing = Section("a heal", [at.described, heal.described])

  private static let sections = FaultKind.allCases.map(injection(of:)) + [healing]

  static let kind = Kind<EntryDraft>(shape: .either(sections.map { .mapping($0) })) { node, problems in
    let expected = "{at: 3s, inject: cable-pull} or {at: 8s, heal: cable-pull}"
    guard let pairs = Pairs(node, expected: expected, &problems) else { return nil }
    switch (pairs["inject"], pairs["heal"]) {
    case (let inject?, let heal?):
      problems.report(
        .contradiction, at: max(inject.position, heal.position), "an entry that both injects and heals",
        expected: "an entry for each")
      return nil
    case (nil, nil):
      problems.report(
        .missingKey, at: node.position, "an entry that neither injects nor heals", expected: expected)
      // Still: what is misspelled may be told.
      let all = Set(sections.flatMap(\.keys).map(\.name)).sorted()
      for pair in pairs.all where !all.contains(pair.name) {
        problems.report(
          .unknownKey, at: pair.position,
          "unknown key `\(pair.name)` in a timeline" + suggestion(for: pair.name, among: all),
          expected: alternatives(all))
      }
      return nil
    case (let inject?, nil):
      guard let fault = Kind<FaultKind>.word(FaultKind.self, "fault").read(inject.value, &problems) else {
        checkUnknownInjection(pairs, &problems)
        return nil
      }
      let others = sections.filter { $0.title != injection(of: fault).title }
      let fields = Fields(pairs, injection(of: fault), siblings: others, &problems)
      return injection(of: fault, fields, at: inject.value.position, &problems)
    case (nil, let heal?):
      let siblings = FaultKind.allCases.map(injection(of:))
      let fields = Fields(pairs, healing, siblings: siblings, &problems)
      let when = fields.read(at, &problems)
      guard let fault = Kind<FaultKind>.word(FaultKind.self, "fault").read(heal.value, &problems) else { return nil }
      guard !endsByItself(fault) else {
        problems.report(
          .timeline, at: heal.value.position, "\(fault.rawValue) ends by itself",
          expected: heal.name + " only of "
            + alternatives(FaultKind.allCases.filter { !endsByItself($0) }.map(\.rawValue)))
        return nil
      }
      return EntryDraft(at: when, action: .heal(fault), position: heal.value.position)
    }
  }

  /// What can be said of an entry whose fault is unknown: every key that some fault has is checked.
  private static func checkUnknownInjection(_ pairs: Pairs, _ problems: inout Problems) {
    var keys: [KeyDescription] = []
    for key in FaultKind.allCases.flatMap({ injection(of: $0).keys })
    where !keys.contains(where: { $0.name == key.name }) {
      // Which of them are required depends on the fault.
      let presence = key.name == at.name ? key.presence : .optional
      keys.append(KeyDescription(name: key.name, shape: key.shape, presence: presence, meaning: key.meaning))
    }
    let fields = Fields(pairs, Section("an injection", keys), &problems)
    _ = fields.read(at, &problems)
    if fields.has(cable) { _ = fields.read(cable, &problems) }
    if fields.has(direction) { _ = fields.read(direction, &problems) }
    if fields.has(downtime) { _ = fields.read(downtime, &problems) }
    if fields.has(mode) { _ = fields.read(mode, &problems) }
    if fields.has(every) { _ = fields.read(every, &problems) }
    if fields.has(times) { _ = fields.read(times, &problems) }
  }

  private static func injection(
    of kind: FaultKind, _ fields: Fields, at position: Position, _ problems: inout Problems
  ) -> EntryDraft {
    var draft = EntryDraft(at: fields.read(at, &problems), position: position)
    switch kind {
    case .cablePull:
      draft.cable = fields.read(cable, &problems)
      draft.action = draft.cable.map { .inject(.cablePull(cable: $0.value), nil) }
    case .blackhole:
      let swallowed = fields.read(direction, &problems)
      draft.cable = fields.read(cable, &problems)
      if let cable = draft.cable, let swallowed {
        draft.action = .inject(.blackhole(cable: cable.value, direction: swallowed.value), nil)
      }
    case .routerRestart:
      draft.needsRouter = true
      let down = fields.read(downtime, &problems)
      let repetition = repetition(fields, downtime: down?.value, &problems)
      if let down { draft.action = .inject(.routerRestart(downtime: down.value), repetition) }
    case .cpuSaturation:
      draft.action = fields.read(mode, &problems).map { .inject(.cpuSaturation(mode: $0.value), nil) }
    }
    return draft
  }

  private static func repetition(
    _ fields: Fields, downtime: Duration?, _ problems: inout Problems
  ) -> Repetition? {
    let (spacing, count) = (fields.read(every, &problems), fields.read(times, &problems))
    if fields.has(every) != fields.has(times) {
      let (given, missing) = fields.has(every) ? (every.name, times.name) : (times.name, every.name)
      problems.report(
        .missingKey, at: fields.has(every) ? fields.position(of: every) : fields.position(of: times),
        "`\(given)` without `\(missing)`", expected: "both or neither")
    }
    if let downtime, downtime < .milliseconds(10) {
      problems.report(
        .outOfRange, at: fields.position(of: Self.downtime), "a downtime of \(downtime.spelled)",
        expected: "at least 10ms: a router takes some milliseconds to come back")
    }
    guard let spacing, let count else { return nil }
    if let downtime, spacing.value > downtime, spacing.value - downtime < .milliseconds(50) {
      problems.report(
        .timeline, at: spacing.position, "only \((spacing.value - downtime).spelled) from one restart to the next",
        expected: "at least 50ms more than the downtime")
    }
    if let downtime, downtime >= spacing.value {
      problems.report(
        .timeline, at: spacing.position,
        "a restart every \(spacing.value.spelled) while one takes \(downtime.spelled)",
        expected: "more than the downtime")
      return nil
    }
    return Repetition(every: spacing.value, times: count.value)
  }
}

/// A timeline's entry as far as it could be read.
struct EntryDraft: Sendable {
  var at: Located<Duration>?
  var action: Action?
  /// Of the fault's name.
  var position: Position
  /// The cable that the fault breaks, and where the file says so.
  var cable: Located<CableName>?
  var needsRouter = false

  enum Action: Sendable {
    case inject(Fault, Repetition?)
    case heal(FaultKind)
  }
}
