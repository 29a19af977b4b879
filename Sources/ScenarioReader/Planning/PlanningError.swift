/// Why a plan cannot be made.
public struct PlanningError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Code: String, Sendable, Hashable, CaseIterable {
    case noScenario = "no-scenario"
    case seedOutOfRange = "seed-out-of-range"
    case trialsOutOfRange = "trials-out-of-range"
    case unknownDetector = "unknown-detector"
  }

  public var code: Code
  /// What is wrong.
  public var message: String
  /// What was expected instead.
  public var expected: String

  public init(code: Code, message: String, expected: String) {
    self.code = code
    self.message = message
    self.expected = expected
  }

  public var description: String { "\(message) (expected \(expected))" }
}
