import EndpointProtocol
import LinuxSystem
import Model

/// Why an endpoint cannot go on; it becomes the event `failed`.
public struct EndpointError: Error, Sendable, Hashable, CustomStringConvertible {
  public enum Code: Sendable, Hashable {
    /// The runner sent a command that cannot be understood, or that makes no sense now.
    case badCommand
    /// The machine does not allow what the task needs.
    case unsupported
    /// The network or a descriptor failed.
    case inputOutput
    /// The reader of standard output is gone, so no event can be reported.
    case outputClosed
  }

  public let code: Code
  /// What the endpoint was doing: `open`.
  public let stage: String
  public let message: String

  public init(_ code: Code, stage: String, _ message: String) {
    self.code = code
    self.stage = stage
    self.message = message
  }

  public var description: String { "\(stage): \(message)" }

  /// What the process exits with.
  public var exitStatus: ExitStatus {
    switch code {
    case .badCommand: .invalidInput
    case .unsupported: .unsupported
    case .inputOutput, .outputClosed: .inputOutput
    }
  }
}

/// Makes system calls; their failure becomes an `EndpointError` of the given stage.
func during<Result: ~Copyable>(
  _ stage: String, _ code: EndpointError.Code = .inputOutput, _ body: () throws(SystemError) -> Result
) throws(EndpointError) -> Result {
  do throws(SystemError) {
    return try body()
  } catch {
    throw EndpointError(code, stage: stage, error.description)
  }
}

extension SocketAddress {
  /// The address that a command names.
  init(_ address: EndpointAddress, stage: String) throws(EndpointError) {
    guard let parsed = SocketAddress(host: address.host, port: address.port) else {
      throw EndpointError(.badCommand, stage: stage, "'\(address.host)' is not a numeric IPv4 or IPv6 address")
    }
    self = parsed
  }
}
