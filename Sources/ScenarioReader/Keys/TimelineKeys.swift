import Model
import Yams

/// The keys of a timeline's entries: an injection of one of the faults with its parameters, or a heal.
enum TimelineKeys {
  static let at = Key(
    "at", .duration(.zeroOrMore), .required, "When, from the measurement's start; each trial adds its own phase.")
  static let heal = Key(
    "heal", .word(FaultKind.self, "fault", only: FaultKind.allCases.filter(\.canBeHealed)), .required,
    "The fault that ends.")

  private static func inject(_ fault: FaultKind) -> Key<FaultKind> {
    Key("inject", .word(FaultKind.self, "fault", only: [fault]), .required, FaultKeys.meaning(of: fault))
  }

  static func injection(of fault: FaultKind) -> Section {
    Section(
      "an injection of \(fault.rawValue)",
      [at.described, inject(fault).described] + FaultKeys.parameters(of: fault).map(\.description),
      family: "an injection", companions: FaultKeys.companions(of: fault))
  }

  static let healing = Section("a heal", [at.described, heal.described])

  private static let injections = FaultKind.allCases.map(injection(of:))
  private static let sections = injections + [healing]

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
      // This still reports misspelled keys.
      let all = Set(sections.flatMap(\.keys).map(\.name)).sorted()
      for pair in pairs.all where !all.contains(pair.name) {
        problems.report(
          .unknownKey, at: pair.position,
          "unknown key `\(pair.name)` in a timeline" + suggestion(for: pair.name, among: all),
          expected: alternatives(all))
      }
      return nil
    case (let inject?, nil): return injection(pairs, inject.value, &problems)
    case (nil, let heal?): return healing(pairs, heal.value, &problems)
    }
  }

  private static func injection(_ pairs: Pairs, _ word: Node, _ problems: inout Problems) -> EntryDraft? {
    guard let kind = Kind<FaultKind>.word(FaultKind.self, "fault").read(word, &problems) else {
      checkUnknownInjection(pairs, &problems)
      return nil
    }
    let section = injection(of: kind)
    let fields = Fields(pairs, section, siblings: sections.filter { $0.title != section.title }, &problems)
    let when = fields.read(at, &problems)
    var draft = InjectionDraft(kind: kind)
    FaultKeys.read(kind, fields, into: &draft, &problems)
    RepetitionKeys.read(kind, fields, into: &draft, &problems)
    return EntryDraft(at: when, action: .inject(draft), position: word.position)
  }

  private static func healing(_ pairs: Pairs, _ word: Node, _ problems: inout Problems) -> EntryDraft? {
    let fields = Fields(pairs, healing, siblings: injections, &problems)
    let when = fields.read(at, &problems)
    guard let kind = Kind<FaultKind>.word(FaultKind.self, "fault").read(word, &problems) else { return nil }
    guard kind.canBeHealed else {
      problems.report(
        .timeline, at: word.position,
        kind.endsByItself ? "\(kind.rawValue) ends by itself" : "\(kind.rawValue) is for good: nothing heals it",
        expected: "heal only of \(heal.kind.shape.spelled)")
      return nil
    }
    return EntryDraft(at: when, action: .heal(kind), position: word.position)
  }

  /// Checks an entry whose fault is unknown: every key that means the same for all faults.
  private static func checkUnknownInjection(_ pairs: Pairs, _ problems: inout Problems) {
    let all = FaultKind.allCases.flatMap(FaultKeys.parameters(of:))
    var keys = [at.described, KeyDescription(name: "inject", shape: .text, presence: .required, meaning: "")]
    var known: [Parameter] = []
    for parameter in all where !keys.contains(where: { $0.name == parameter.description.name }) {
      let description = parameter.description
      let sameName = all.map(\.description).filter { $0.name == description.name }
      if sameName.allSatisfy({ $0.shape == description.shape }) { known.append(parameter) }
      // Which of them are required depends on the fault.
      keys.append(
        KeyDescription(
          name: description.name, shape: description.shape, presence: .optional, meaning: description.meaning))
    }
    let fields = Fields(pairs, Section("an injection", keys), &problems)
    _ = fields.read(at, &problems)
    for parameter in known { parameter.check(fields, &problems) }
  }
}

/// A timeline's entry as far as it could be read.
struct EntryDraft: Sendable {
  var at: Located<Duration>?
  var action: Action
  /// The position of the fault's name.
  var position: Position

  enum Action: Sendable {
    case inject(InjectionDraft)
    case heal(FaultKind)
  }
}

/// An injection as far as it could be read. Each located value has its position in the file, or that of its mapping.
struct InjectionDraft: Sendable {
  var kind: FaultKind
  /// nil if a parameter is wrong.
  var fault: Fault?
  /// Its duration, from `for`.
  var lasting: Duration?
  var repetition: Repetition?
  var cable: Located<CableName>?
  var host: Located<Observer>?
  var listener: Located<ListeningHost>?
  var rejection: Located<Rejection>?
}
