/// What is wrong with a scenario file, and where.
public struct ScenarioError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The kind of mistake, for programs; `message` is for people.
  public enum Code: String, Sendable, Hashable, CaseIterable {
    /// The file is not UTF-8 text.
    case notText = "not-text"
    /// The file, or what it asks for, is unreasonably large.
    case tooLarge = "too-large"
    /// The file holds no scenario.
    case empty
    /// The file is not well-formed YAML.
    case syntax
    case unknownKey = "unknown-key"
    case duplicateKey = "duplicate-key"
    case missingKey = "missing-key"
    case wrongType = "wrong-type"
    /// A number where a quantity with a unit is needed.
    case missingUnit = "missing-unit"
    case outOfRange = "out-of-range"
    /// Not one of the allowed words: a fault, a mechanism, a cable, a detector, ...
    case unknownWord = "unknown-word"
    /// A name with characters that names must not have.
    case invalidName = "invalid-name"
    case duplicateName = "duplicate-name"
    case unsupportedVersion = "unsupported-version"
    /// The topology lacks what is asked for.
    case topology
    /// The timeline cannot happen.
    case timeline
    /// Two settings, or an expectation and the scenario, contradict each other.
    case contradiction
  }

  public var code: Code
  /// The file's name as the caller gave it.
  public var file: String
  /// Counts from 1.
  public var line: Int
  /// Counts from 1, in Unicode scalars.
  public var column: Int
  /// What is wrong.
  public var message: String
  /// What was expected instead; nil if the message already says it.
  public var expected: String?

  public init(code: Code, file: String, line: Int, column: Int, message: String, expected: String? = nil) {
    self.code = code
    self.file = file
    self.line = line
    self.column = column
    self.message = message
    self.expected = expected
  }

  /// `file:line:column: what is wrong (what was expected)`.
  public var description: String {
    "\(file):\(line):\(column): \(message)" + (expected.map { " (expected \($0))" } ?? "")
  }
}
