/// A line, or a document, that does not say what it must, and the word in it that is to blame.
public struct MalformedLine: Error, Sendable, Hashable, CustomStringConvertible {
  /// The bad word as it stands in the line, such as `port=70000`; the missing key if a word is missing.
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
