/// The description of one setting, independent of its mechanism.
public struct SettingDescription: Sendable, Hashable {
  /// The key in scenario files, in the CSV's `settings` column and on the wire.
  public let name: String
  public let kind: SettingKind
  public let presence: Presence
  /// For the documentation of the key.
  public let meaning: String
  /// Whether the setting may be absent; otherwise it always has a value.
  public let mayBeUnset: Bool
}

/// One setting of a mechanism: the only place where it is described. CSV, wire, hash, keys and their documentation are
/// derived from it.
public struct SettingField<Settings: Sendable>: Sendable {
  public let description: SettingDescription
  /// nil if it is not set.
  let value: @Sendable (Settings) -> SettingValue?
  let set: @Sendable (inout Settings, SettingValue) -> Void
  /// Left out of the CSV and the hash if it has this value.
  let unspoken: SettingValue?

  static func duration(
    _ name: String, _ path: any WritableKeyPath<Settings, Duration> & Sendable, _ rule: DurationRule = .positive,
    _ presence: Presence = .required, _ meaning: String
  ) -> SettingField {
    SettingField(
      description: SettingDescription(
        name: name, kind: .duration(rule), presence: presence, meaning: meaning, mayBeUnset: false),
      value: { .duration($0[keyPath: path]) },
      set: { if case .duration(let duration) = $1 { $0[keyPath: path] = duration } }, unspoken: nil)
  }

  static func optionalDuration(
    _ name: String, _ path: any WritableKeyPath<Settings, Duration?> & Sendable, _ rule: DurationRule,
    _ presence: Presence, _ meaning: String
  ) -> SettingField {
    SettingField(
      description: SettingDescription(
        name: name, kind: .duration(rule), presence: presence, meaning: meaning, mayBeUnset: true),
      value: { $0[keyPath: path].map { .duration($0) } },
      set: { if case .duration(let duration) = $1 { $0[keyPath: path] = duration } }, unspoken: nil)
  }

  static func integer(
    _ name: String, _ path: any WritableKeyPath<Settings, Int> & Sendable, _ range: ClosedRange<Int>,
    _ presence: Presence, _ meaning: String
  ) -> SettingField {
    SettingField(
      description: SettingDescription(
        name: name, kind: .integer(range), presence: presence, meaning: meaning, mayBeUnset: false),
      value: { .integer($0[keyPath: path]) },
      set: { if case .integer(let integer) = $1 { $0[keyPath: path] = integer } }, unspoken: nil)
  }

  static func optionalInteger(
    _ name: String, _ path: any WritableKeyPath<Settings, Int?> & Sendable, _ range: ClosedRange<Int>,
    _ presence: Presence, _ meaning: String
  ) -> SettingField {
    SettingField(
      description: SettingDescription(
        name: name, kind: .integer(range), presence: presence, meaning: meaning, mayBeUnset: true),
      value: { $0[keyPath: path].map { .integer($0) } },
      set: { if case .integer(let integer) = $1 { $0[keyPath: path] = integer } }, unspoken: nil)
  }

  static func number(
    _ name: String, _ path: any WritableKeyPath<Settings, Double> & Sendable, upTo limit: Int, _ presence: Presence,
    _ meaning: String
  ) -> SettingField {
    SettingField(
      description: SettingDescription(
        name: name, kind: .number(upTo: limit), presence: presence, meaning: meaning, mayBeUnset: false),
      value: { .number($0[keyPath: path]) },
      set: { if case .number(let number) = $1 { $0[keyPath: path] = number } }, unspoken: nil)
  }

  static func share(
    _ name: String, _ path: any WritableKeyPath<Settings, Double> & Sendable, _ rule: PercentageRule,
    _ presence: Presence, _ meaning: String
  ) -> SettingField {
    SettingField(
      description: SettingDescription(
        name: name, kind: .share(rule), presence: presence, meaning: meaning, mayBeUnset: false),
      value: { .share($0[keyPath: path]) },
      set: { if case .share(let share) = $1 { $0[keyPath: path] = share } }, unspoken: nil)
  }

  /// One of an enumeration's words. The value `standard` is left out.
  static func word<Word: RawRepresentable<String> & CaseIterable & Sendable>(
    _ name: String, _ path: any WritableKeyPath<Settings, Word> & Sendable, _ noun: String, standard: Word,
    _ meaning: String
  ) -> SettingField {
    SettingField(
      description: SettingDescription(
        name: name, kind: .word(Word.allCases.map(\.rawValue), noun: noun), presence: .standard(standard.rawValue),
        meaning: meaning, mayBeUnset: false),
      value: { .word($0[keyPath: path].rawValue) },
      set: { if case .word(let text) = $1, let word = Word(rawValue: text) { $0[keyPath: path] = word } },
      unspoken: .word(standard.rawValue))
  }
}

/// A setting and its value.
public struct Setting: Sendable, Hashable {
  public let description: SettingDescription
  /// nil if it is not set.
  public let value: SettingValue?
  /// Whether it appears in the CSV and the hash.
  let isSpoken: Bool
}

/// The settings of a mechanism that has settings.
protocol MechanismSettings: Sendable, Hashable {
  /// In the order of the CSV.
  static var fields: [SettingField<Self>] { get }
  /// An empty value to be filled field by field: optional settings are not set, required ones are zero.
  static var unset: Self { get }
}

extension MechanismSettings {
  var list: [Setting] {
    Self.fields.map { field in
      let value = field.value(self)
      return Setting(
        description: field.description, value: value, isSpoken: value != nil && value != field.unspoken)
    }
  }

  /// Each field as `value` says; nil leaves it unset.
  static func read<Failure: Error>(
    _ value: (SettingDescription) throws(Failure) -> SettingValue?
  ) throws(Failure) -> Self {
    var settings = unset
    for field in fields {
      if let value = try value(field.description) { field.set(&settings, value) }
    }
    return settings
  }
}
