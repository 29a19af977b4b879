import EndpointProtocol
import LinuxSystem
import Model

/// The process that Flatline runs in a host of its lab.
///
/// It plays one role after another. All state of a role (sockets, timers, threads, counters) belongs to objects that
/// are made for the role and released after it; the process's own state is the same for every role.
public enum Endpoint {
  /// Takes commands from `input` and writes events to `output` until the end of input, or until the reader of `output`
  /// is gone. A role that fails reports the event `failed`. All connections of a role are reset at its end.
  ///
  /// Expects SIGPIPE to be ignored; moves the calling thread between network namespaces. Returns the process's exit
  /// status: success, unless the input ended after a failure.
  public static func run(input: consuming OwnedDescriptor, output: consuming OwnedDescriptor) -> ExitStatus {
    let input = CommandInput(input)
    let output = EventOutput(output)
    do throws(EndpointError) {
      // A server cannot know how many clients will come.
      try during("start", .unsupported) { () throws(SystemError) in
        _ = try CurrentProcess.raiseDescriptorLimit()
      }
      let home = try HomeNamespace()
      while true {
        do throws(EndpointError) {
          guard try play(input, output, from: home) else { return .success }
        } catch {
          report(error, to: output)
          guard error.code != .outputClosed, try input.skipToQuit() else { return error.exitStatus }
        }
        try home.comeBack()
        try output.write(.ended(at: .now))
      }
    } catch {
      report(error, to: output)
      return error.exitStatus
    }
  }

  /// Plays the next role to its end; false at the end of input.
  private static func play(
    _ input: CommandInput, _ output: EventOutput, from home: HomeNamespace
  ) throws(EndpointError) -> Bool {
    guard let command = try input.awaitNext() else { return false }
    guard case .assume(let role, let namespace) = command else {
      throw EndpointError(.badCommand, stage: command.word, "there is no role yet")
    }
    if let namespace { try home.leave(for: namespace) }
    try output.write(.started(at: .now))
    switch role {
    case .server: try Server(input: input, output: output).run()
    case .client: try Client(input: input, output: output).run()
    }
    return !input.hasEnded
  }

  private static func report(_ error: EndpointError, to output: EventOutput) {
    if error.code == .outputClosed { return }
    do throws(EndpointError) {
      try output.write(.failed(stage: error.stage, message: error.message))
    } catch {
      // The reader is gone; the exit status still reports the failure.
    }
  }
}
