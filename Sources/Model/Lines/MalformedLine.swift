/// An invalid line or document, and the word in it that is wrong.
public struct MalformedLine: Error, Sendable, Hashable, CustomStringConvertible {
  /// The bad word as in the line, such as `port=70000`; the missing key if a word is missing.
  public let word: String
  /// What was expected in its place.
  public let expected: String
  /// The whole line; the title of a document that lacks something.
  public let line: String

  public init(word: String, expected: String, line: String) {
    self.word = word
    self.expected = expected
    self.line = line
  }

  public var description: String { "'\(word)': expected \(expected), in '\(line)'" }
}
