/// The value of one setting of a mechanism.
public enum SettingValue: Sendable, Hashable {
  case duration(Duration)
  case integer(Int)
  case number(Double)
  /// 0 to 1.
  case share(Double)
  case word(String)

  /// The spelling in the CSV, on the wire and in scenario files: `1500ms`, `3`, `8.0`, `90.0%`, `udp`.
  public var spelled: String {
    switch self {
    case .duration(let duration): duration.spelled
    case .integer(let integer): "\(integer)"
    case .number(let number): "\(number)"
    case .share(let share): Percentage.spell(share)
    case .word(let word): word
    }
  }

  /// The spelling in the hash of a scenario: the same except for shares, whose old spelling was hashed when results
  /// were published.
  var hashed: String {
    switch self {
    case .share(let share): "\(share * 100)%"
    case .duration, .integer, .number, .word: spelled
    }
  }
}

/// The type of a setting.
public enum SettingKind: Sendable, Hashable {
  case duration(DurationRule)
  case integer(ClosedRange<Int>)
  /// A number above 0.
  case number(upTo: Int)
  case share(PercentageRule)
  /// One of these words, called `noun` in messages.
  case word([String], noun: String)

  /// The reverse of `SettingValue.spelled`; nil for text that is not of this kind. It does not check whether the value
  /// is allowed.
  public func value(spelled text: String) -> SettingValue? {
    switch self {
    case .duration: Duration(spelled: text).map { .duration($0) }
    case .integer: Int(text).map { .integer($0) }
    case .number: Double(text).map { .number($0) }
    case .share: Percentage.share(spelled: text).map { .share($0) }
    case .word(let words, _): words.contains(text) ? .word(text) : nil
    }
  }

  public func allows(_ value: SettingValue) -> Bool {
    switch (self, value) {
    case (.duration(let rule), .duration(let duration)): rule.allows(duration)
    case (.integer(let range), .integer(let integer)): range.contains(integer)
    case (.number(let limit), .number(let number)): number > 0 && number <= Double(limit)
    case (.share(let rule), .share(let share)): share >= 0 && rule.allows(share)
    case (.word(let words, _), .word(let word)): words.contains(word)
    case (.duration, _), (.integer, _), (.number, _), (.share, _), (.word, _): false
    }
  }

  /// The expectation, in words.
  public var expectation: String {
    switch self {
    case .duration(let rule): rule.spelled
    case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .number(let limit): "a number above 0 and up to \(limit)"
    case .share(let rule): rule.spelled
    case .word(let words, _): "one of \(words.joined(separator: ", "))"
    }
  }
}
