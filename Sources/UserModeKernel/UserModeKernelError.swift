/// A kernel that could not be found, built or booted.
public struct UserModeKernelError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Code: Sendable, Hashable {
    /// The request makes no sense: not a kernel's source, an unknown version.
    case usage
    /// The machine lacks something; the message says what and how to get it.
    case unsupported
    /// A file could not be read or written, as on a full disk.
    case inputOutput
  }

  public let code: Code
  /// The step that failed: `find a kernel`, `compile`.
  public let stage: String
  public let message: String

  public init(_ code: Code, stage: String, _ message: String) {
    self.code = code
    self.stage = stage
    self.message = message
  }

  public var description: String { "\(stage): \(message)" }
}
