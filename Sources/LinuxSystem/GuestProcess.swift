import CLinux
import Glibc

/// A user-mode kernel as a process of this machine.
///
/// Started by hand, as swift-subprocess has no hook between fork and exec: the guest must not get random bytes of the
/// host (its runs would differ), must end with its runner, and is three times as fast on one processor, where its
/// processes hand over to each other without waking another core.
public enum GuestProcess {
  /// Starts the program, and blocks the calling thread until it has ended.
  ///
  /// - Parameters:
  ///   - arguments: from `argv[1]` on.
  ///   - directory: its working directory.
  ///   - output: takes standard output and error; a regular file, which never makes a guest wait.
  ///   - processor: the only one that it may run on; nil for all.
  ///   - started: is told its number, under which its group can be killed from then on.
  ///   - ended: is told that it has ended, before another process can have its number.
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
    // Before the report is waited for: a process that is stopped before it gets so far can still be killed.
    started(process)
    let failure = try report.read(upTo: MemoryLayout<Int32>.size)
    var info = siginfo_t()
    try systemCall("wait for \(path)") { waitid(P_PID, id_t(process), &info, WEXITED | WNOWAIT) }
    // Whoever of its group is left: the number is still its own.
    kill(group: process)
    ended()
    var status: Int32 = 0
    try systemCall("wait for \(path)") { waitpid(process, &status, 0) }
    guard failure.isEmpty else {
      throw SystemError("start \(path)", Errno(code: failure.withUnsafeBytes { $0.loadUnaligned(as: Int32.self) }))
    }
    return ProcessEnd(status: status)
  }

  /// SIGKILL to its process group: the kernel's own processes and those that run the guest's programs.
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
