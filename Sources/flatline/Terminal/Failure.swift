import ArgumentParser
import Campaign
@preconcurrency import Glibc
import LinuxNetwork
import LinuxSystem
import Model
import UserModeKernel

/// Ends the process with one of flatline's exit statuses.
extension ExitStatus {
  var exitCode: ExitCode { ExitCode(rawValue) }
}

/// Tells the user what is wrong, and ends with the status for it.
struct Failure: Error {
  let status: ExitStatus
  let message: String

  init(_ status: ExitStatus, _ message: String) {
    self.status = status
    self.message = message
  }

  init(_ error: any Error) {
    switch error {
    case let error as Failure: self = error
    case let error as CampaignError:
      switch error.code {
      case .unsupported: self.init(.unsupported, "\(error)")
      case .inputOutput: self.init(.inputOutput, "\(error)")
      case .endpoint, .lab: self.init(.bug, "\(error)")
      }
    case let error as UserModeKernelError:
      switch error.code {
      case .usage: self.init(.usage, "\(error)")
      case .unsupported: self.init(.unsupported, "\(error)")
      case .inputOutput: self.init(.inputOutput, "\(error)")
      }
    case let error as SystemError where error.errno.isShortage: self.init(.unsupported, Self.shortage("\(error)"))
    case let error as NetlinkError where error.errno.isShortage: self.init(.unsupported, Self.shortage("\(error)"))
    default: self.init(.bug, "\(error)")
    }
  }
}

extension Failure {
  /// The message if descriptors, threads or memory have run out.
  static func shortage(_ error: String) -> String {
    "this machine has run out of something: \(error)\n  remedy: raise the limit of open descriptors (ulimit -n) or of "
      + "processes and threads (ulimit -u, a cgroup's pids.max), or end other processes"
  }
}

/// Runs a command's body; any error is printed on stderr and becomes an exit status.
func reportingFailures(_ body: () async throws -> ExitStatus) async throws {
  var status: ExitStatus
  do {
    status = try await body()
    // Printed text may still be in the buffer: a full disk shows only now, or has shown at an earlier flush.
    if fflush(nil) != 0 { throw Failure(.inputOutput, "standard output: \(Errno(code: errno).text)") }
    if ferror(stdout) != 0 { throw Failure(.inputOutput, "standard output could not be written") }
  } catch {
    let failure = Failure(error)
    Terminal.complain("flatline: \(failure.message)")
    status = failure.status
  }
  throw status.exitCode
}
