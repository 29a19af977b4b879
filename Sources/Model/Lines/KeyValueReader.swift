/// Strictly reads keys and values from text that `KeyValueWriter` wrote. Each key is taken once; a key that is left at
/// the end, missing or given twice is an error, and so is a malformed value.
public struct KeyValueReader: Sendable {
  /// The text being read, for messages: the line, or the document's title.
  public let line: String
  /// The line's first word, or the document's title.
  public let word: String
  private let separator: String
  private var values: [(key: String, value: String)] = []

  public init(line: String) throws(MalformedLine) {
    self.line = line
    separator = "="
    var words = line.split(separator: " ", omittingEmptySubsequences: true)[...]
    guard let first = words.popFirst() else {
      throw MalformedLine(word: "", expected: "a word", line: line)
    }
    word = String(first)
    for text in words {
      guard let equals = text.firstIndex(of: "="), equals != text.startIndex,
        let value = Escape.decode(text[text.index(after: equals)...])
      else { throw MalformedLine(word: String(text), expected: "key=value", line: line) }
      try add(String(text[..<equals]), value, as: text)
    }
  }

  /// - Parameter title: its name in errors: `a kernel's record`.
  public init(document: String, title: String) throws(MalformedLine) {
    line = title
    word = title
    separator = ": "
    for text in document.split(separator: "\n") {
      guard let colon = text.firstIndex(of: ":"), colon != text.startIndex,
        let value = Escape.decode(text[text.index(after: colon)...]), value.isEmpty || value.hasPrefix(" ")
      else { throw MalformedLine(word: String(text), expected: "key: value", line: title) }
      try add(String(text[..<colon]), String(value.dropFirst()), as: text)
    }
  }

  private mutating func add(_ key: String, _ value: String, as text: Substring) throws(MalformedLine) {
    guard !has(key) else { throw MalformedLine(word: String(text), expected: "'\(key)' only once", line: line) }
    values.append((key, value))
  }

  /// Whether the line has a value of `key`, which is not taken yet.
  public func has(_ key: String) -> Bool { values.contains { $0.key == key } }

  /// The value of `key`; nil if the line has none.
  public mutating func optional(_ key: String) -> String? {
    guard let index = values.firstIndex(where: { $0.key == key }) else { return nil }
    return values.remove(at: index).value
  }

  public mutating func text(_ key: String) throws(MalformedLine) -> String {
    guard let value = optional(key) else {
      throw MalformedLine(word: key, expected: "'\(key)\(separator)...'", line: line)
    }
    return value
  }

  /// The value of `key`, decoded by `parse`, which returns nil for a value other than `expected`.
  public mutating func value<Value>(
    _ key: String, _ expected: String, _ parse: (String) -> Value?
  ) throws(MalformedLine) -> Value {
    try understand(key, try text(key), expected, parse)
  }

  public mutating func optionalValue<Value>(
    _ key: String, _ expected: String, _ parse: (String) -> Value?
  ) throws(MalformedLine) -> Value? {
    guard let text = optional(key) else { return nil }
    return try understand(key, text, expected, parse)
  }

  public mutating func instant(_ key: String) throws(MalformedLine) -> Instant {
    try value(key, "nanoseconds", instant(spelled:))
  }

  public mutating func optionalInstant(_ key: String) throws(MalformedLine) -> Instant? {
    try optionalValue(key, "nanoseconds", instant(spelled:))
  }

  public mutating func duration(_ key: String) throws(MalformedLine) -> Duration {
    try value(key, "a duration with its unit", Duration.init(spelled:))
  }

  public mutating func optionalDuration(_ key: String) throws(MalformedLine) -> Duration? {
    try optionalValue(key, "a duration with its unit", Duration.init(spelled:))
  }

  public mutating func integer(_ key: String) throws(MalformedLine) -> Int { try value(key, "a number") { Int($0) } }

  public mutating func optionalInteger(_ key: String) throws(MalformedLine) -> Int? {
    try optionalValue(key, "a number") { Int($0) }
  }

  public mutating func number(_ key: String) throws(MalformedLine) -> Double {
    try value(key, "a number") { Double($0) }
  }

  /// Refuses keys that were not taken.
  public func end() throws(MalformedLine) {
    if let left = values.first {
      throw MalformedLine(
        word: "\(left.key)\(separator)\(left.value)", expected: "no such key for '\(word)'", line: line)
    }
  }

  private func understand<Value>(
    _ key: String, _ text: String, _ expected: String, _ parse: (String) -> Value?
  ) throws(MalformedLine) -> Value {
    guard let value = parse(text) else {
      throw MalformedLine(word: "\(key)\(separator)\(text)", expected: expected, line: line)
    }
    return value
  }
}

private func instant(spelled: String) -> Instant? {
  Int64(spelled).map { Instant(nanoseconds: $0) }
}
