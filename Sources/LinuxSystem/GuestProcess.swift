import CLinux
import Glibc

/// A user-mode kernel as a process of this machine.
///
/// Not started by swift-subprocess, which has no hook between fork and exec. The guest must not get random bytes from
/// the host (its runs would differ) and must end with its runner. It runs three times as fast on one processor, where
/// its processes hand over to each other without waking another core.
public enum GuestProcess {
  /// Starts the program, and blocks the calling thread until it has ended.
  ///
  /// - Parameters:
  ///   - arguments: from `argv[1]` on.
  ///   - directory: its working directory.
  ///   - output: receives standard output and error; a regular file, since writing to one never blocks a guest.
  ///   - processor: the only one that it may run on; nil for all.
  ///   - started: receives the process number, by which the process group can be killed from then on.
  ///   - ended: called when the process has ended, before another process can get its number.
  public static func run(
    _ path: String, arguments: [String], environment: [String], directory: String,
    output: borrowing OwnedDescriptor, processor: Int?,
    started: (Int32) -> Void, ended: () -> Void
  ) throws(SystemError) -> ProcessEnd {
    var argv = ([path] + arguments).map { strdup($0) } + [nil]
    var envp = environment.map { strdup($0) } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    let descriptor = output.raw
    var pipe: Int32 = -1
    let process = try systemCall("start \(path)") {
      clinux_start_guest(path, &argv, &envp, directory, descriptor, Int32(processor ?? -1), &pipe)
    }
    let report = OwnedDescriptor(owning: pipe)
    // This comes before waiting for the report: a process that is stopped before it reports can still be killed.
    started(process)
    let failure = try report.read(upTo: MemoryLayout<Int32>.size)
    var info = siginfo_t()
    try systemCall("wait for \(path)") { waitid(P_PID, id_t(process), &info, WEXITED | WNOWAIT) }
    // Kills what is left of its group: the number still belongs to the group.
    kill(group: process)
    ended()
    var status: Int32 = 0
    try systemCall("wait for \(path)") { waitpid(process, &status, 0) }
    guard failure.isEmpty else {
      throw SystemError("start \(path)", Errno(code: failure.withUnsafeBytes { $0.loadUnaligned(as: Int32.self) }))
    }
    return ProcessEnd(status: status)
  }

  /// Sends SIGKILL to its process group: the kernel's own processes and those that run the guest's programs.
  public static func kill(group process: Int32) {
    _ = Glibc.kill(-process, SIGKILL)
  }

  /// The numbers of the processors that this process may run on (sched_getaffinity(2)).
  public static func allowedProcessors() throws(SystemError) -> [Int] {
    var numbers = [Int32](repeating: 0, count: 1024)
    let count = try systemCall("sched_getaffinity") { clinux_allowed_processors(&numbers, Int32(numbers.count)) }
    return numbers.prefix(Int(count)).map { Int($0) }
  }
}
