import EndpointProtocol
import LinuxSystem
import Model

/// The process that Flatline runs in a host of its lab.
public enum Endpoint {
  public enum Role: String, Sendable, Hashable, CaseIterable {
    case server, client
  }

  /// Takes commands from `input` and writes events to `output` until `quit`, the end of input or a failure, which is
  /// reported as the event `failed`. All connections are reset at the end.
  ///
  /// Expects SIGPIPE to be ignored. Returns what the process is to exit with.
  public static func run(
    _ role: Role, input: consuming OwnedDescriptor, output: consuming OwnedDescriptor
  ) -> ExitStatus {
    let input = CommandInput(input)
    let output = EventOutput(output)
    do throws(EndpointError) {
      try output.write(.started(at: .now))
      switch role {
      case .server:
        // It cannot know how many clients will come.
        try during("start", .unsupported) { () throws(SystemError) in
          _ = try CurrentProcess.raiseDescriptorLimit()
        }
        try Server(input: input, output: output).run()
      case .client: try Client(input: input, output: output).run()
      }
      return .success
    } catch {
      report(error, to: output)
      return error.exitStatus
    }
  }

  /// Reports a failure that kept the endpoint from running.
  public static func fail(_ error: EndpointError, output: consuming OwnedDescriptor) -> ExitStatus {
    report(error, to: EventOutput(output))
    return error.exitStatus
  }

  private static func report(_ error: EndpointError, to output: EventOutput) {
    if error.code == .outputClosed { return }
    do throws(EndpointError) {
      try output.write(.failed(stage: error.stage, message: error.message))
    } catch {
      // Nobody reads any more; the exit status still tells.
    }
  }
}
