/// A measurement or campaign that could not go on.
public struct CampaignError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Code: Sendable, Hashable {
    /// The machine lacks something; the message says what and how to get it.
    case unsupported
    /// An endpoint failed or stopped reporting.
    case endpoint
    /// The results file could not be written.
    case inputOutput
    /// The fault or the lab could not be set up.
    case lab
  }

  public let code: Code
  /// The step that failed: `start the server`, `inject cable-pull`.
  public let stage: String
  public let message: String

  public init(_ code: Code, stage: String, _ message: String) {
    self.code = code
    self.stage = stage
    self.message = message
  }

  public var description: String { "\(stage): \(message)" }
}
