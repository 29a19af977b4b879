import Glibc
import LinuxSystem
import Model

/// Checks for the first statements of `main`, while there is only one thread and nothing is awaited yet.
enum Startup {
  /// How many threads libdispatch needs before it does anything.
  private static let threads = 4
  /// The commands for which one thread is not enough: they wait for other processes, or for signals.
  private static let busy: Set<String> = ["run", "doctor", "kernel"]

  /// Ends the process with status 69 if it cannot even read its arguments, which come from /proc.
  static func requireProc() {
    if CurrentProcess.isShownInProc { return }
    Terminal.complain(
      "flatline: /proc/self cannot be read, so that not even the command's arguments are known\n"
        + "  remedy: mount -t proc proc /proc, or do not hide it")
    exit(ExitStatus.unsupported.rawValue)
  }

  /// Whether the process can start the threads that `command` uses. Ends the process with status 69 if the command
  /// needs them.
  static func hasThreads(for command: String?) -> Bool {
    do throws(SystemError) {
      try ThreadSupply.check(threads)
      return true
    } catch {
      guard let command, busy.contains(command) else { return false }
      let limit = ThreadSupply.limit.map { "\($0)" } ?? "unlimited"
      Terminal.complain(
        "flatline: cannot start \(threads) threads: \(error)\n"
          + "  the limit of processes and threads of this user (RLIMIT_NPROC, ulimit -u) is \(limit); "
          + "a cgroup's pids.max limits them, too\n  remedy: raise whichever it is, or end other processes")
      exit(ExitStatus.unsupported.rawValue)
    }
  }
}
