// The process in a host of the lab: `flatline-endpoint [--parent PID]`.
// Commands come in on standard input, events go out on standard output (EndpointProtocol).
import Endpoint
import LinuxSystem
import Model

let options: Options
do throws(UsageError) {
  options = try Options(CommandLine.arguments.dropFirst())
} catch {
  Complaint.write("\(error.message)\n\(Options.usage)")
  CurrentProcess.exit(ExitStatus.usage.rawValue)
}
CurrentProcess.exit(start(options).rawValue)

/// Ties the process to its parent and runs the endpoint.
func start(_ options: Options) -> ExitStatus {
  do throws(SystemError) {
    // This comes first, so that no endpoint outlives a runner that is killed meanwhile.
    if let parent = options.parent, try !CurrentProcess.dieWithParent(parent) { return .terminated }
  } catch {
    Complaint.write(error.description)
    return .unsupported
  }
  CurrentProcess.ignoreBrokenPipes()
  CurrentProcess.ignoreInterrupts()
  return Endpoint.run(input: OwnedDescriptor(owning: 0), output: OwnedDescriptor(owning: 1))
}

/// Messages to people, on standard error.
enum Complaint {
  static func write(_ message: String) {
    let standardError = OwnedDescriptor(owning: 2)
    do throws(SystemError) {
      try standardError.writeAll(Array("flatline-endpoint: \(message)\n".utf8))
    } catch {
      // There is no other place to report this.
    }
  }
}
