import Model

/// A lab that could not be built or changed, or a fault that could not be injected.
public struct LabError: Error, Sendable, CustomStringConvertible {
  /// The step that failed: `build the lab`, `wait for carrier`.
  public let stage: String
  public let message: String
  /// The underlying error, if there is one.
  public let cause: (any Error)?

  public init(_ stage: String, _ message: String, cause: (any Error)? = nil) {
    self.stage = stage
    self.message = message
    self.cause = cause
  }

  public var description: String {
    "\(stage): \(message)\(cause.map { ": \($0)" } ?? "")"
  }
}
