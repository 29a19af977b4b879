import Model

/// A line being written: `word key=value ...`. Instants are whole nanoseconds, durations carry their unit.
struct LineWriter {
  private(set) var line: String

  init(_ word: String) {
    line = word
  }

  /// nil leaves the key out.
  mutating func add(_ key: String, _ value: String?) {
    guard let value else { return }
    line += " \(key)=\(Escape.encode(value))"
  }

  mutating func add(_ key: String, _ value: Int?) { add(key, value.map { "\($0)" }) }
  mutating func add(_ key: String, _ value: Instant?) { add(key, value.map { "\($0.nanoseconds)" }) }
  mutating func add(_ key: String, _ value: Duration?) { add(key, value?.spelled) }
}

/// A line being read. Each key is taken once; what is left at the end is an error.
struct LineReader {
  let line: String
  let word: String
  private var values: [(key: String, value: String)] = []

  init(_ line: String) throws(MalformedLine) {
    self.line = line
    var words = line.split(separator: " ", omittingEmptySubsequences: true)[...]
    guard let first = words.popFirst() else {
      throw MalformedLine(word: "", expected: "a word", line: line)
    }
    word = String(first)
    for text in words {
      guard let equals = text.firstIndex(of: "="), equals != text.startIndex,
        let value = Escape.decode(text[text.index(after: equals)...])
      else { throw MalformedLine(word: String(text), expected: "key=value", line: line) }
      let key = String(text[..<equals])
      guard !values.contains(where: { $0.key == key }) else {
        throw MalformedLine(word: String(text), expected: "'\(key)' only once", line: line)
      }
      values.append((key, value))
    }
  }

  /// Whether the line has a value of `key`, which stays to be taken.
  func has(_ key: String) -> Bool { values.contains { $0.key == key } }

  /// The value of `key`; nil if the line has none.
  mutating func optional(_ key: String) -> String? {
    guard let index = values.firstIndex(where: { $0.key == key }) else { return nil }
    return values.remove(at: index).value
  }

  mutating func text(_ key: String) throws(MalformedLine) -> String {
    guard let value = optional(key) else { throw MalformedLine(word: key, expected: "'\(key)=...'", line: line) }
    return value
  }

  /// The value of `key`, understood by `parse`, which returns nil for what is not `expected`.
  mutating func value<Value>(
    _ key: String, _ expected: String, _ parse: (String) -> Value?
  ) throws(MalformedLine) -> Value {
    try understand(key, try text(key), expected, parse)
  }

  mutating func optionalValue<Value>(
    _ key: String, _ expected: String, _ parse: (String) -> Value?
  ) throws(MalformedLine) -> Value? {
    guard let text = optional(key) else { return nil }
    return try understand(key, text, expected, parse)
  }

  mutating func instant(_ key: String) throws(MalformedLine) -> Instant {
    try value(key, "nanoseconds", instant(spelled:))
  }

  mutating func optionalInstant(_ key: String) throws(MalformedLine) -> Instant? {
    try optionalValue(key, "nanoseconds", instant(spelled:))
  }

  mutating func duration(_ key: String) throws(MalformedLine) -> Duration {
    try value(key, "a duration with its unit", duration(spelled:))
  }

  mutating func optionalDuration(_ key: String) throws(MalformedLine) -> Duration? {
    try optionalValue(key, "a duration with its unit", duration(spelled:))
  }

  /// Refuses keys that nobody took.
  func end() throws(MalformedLine) {
    if let left = values.first {
      throw MalformedLine(word: "\(left.key)=\(left.value)", expected: "no such key for '\(word)'", line: line)
    }
  }

  private func understand<Value>(
    _ key: String, _ text: String, _ expected: String, _ parse: (String) -> Value?
  ) throws(MalformedLine) -> Value {
    guard let value = parse(text) else {
      throw MalformedLine(word: "\(key)=\(text)", expected: expected, line: line)
    }
    return value
  }
}

private func instant(spelled: String) -> Instant? {
  Int64(spelled).map { Instant(nanoseconds: $0) }
}

/// The reverse of `Duration.spelled`: a whole number and its unit.
private func duration(spelled: String) -> Duration? {
  let units: [(String, Int64)] = [("ns", 1), ("us", 1000), ("ms", 1_000_000), ("s", 1_000_000_000)]
  for (unit, size) in units where spelled.hasSuffix(unit) {
    guard let number = Int64(spelled.dropLast(unit.utf8.count)) else { return nil }
    let (nanoseconds, overflow) = number.multipliedReportingOverflow(by: size)
    return overflow ? nil : .nanoseconds(nanoseconds)
  }
  return nil
}
