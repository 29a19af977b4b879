import CLinux
import Glibc
import Synchronization

/// A process of this machine, held by a descriptor (pidfd_open(2)). Once it has been waited for, another process may
/// get its number; the descriptor always refers to this process.
public final class ProcessHandle: Sendable {
  public let identifier: Int32
  private let descriptor: OwnedDescriptor
  /// Whether it has been waited for, so that its number may belong to another process.
  private let isReaped = Mutex(false)

  public enum Signal: Sendable, Hashable {
    /// SIGKILL.
    case kill
    /// SIGSTOP.
    case stop
    /// SIGCONT.
    case resume

    var number: Int32 {
      switch self {
      case .kill: SIGKILL
      case .stop: SIGSTOP
      case .resume: SIGCONT
      }
    }
  }

  /// Opens a process by its number. The caller must know that the number still belongs to the process, as a parent does
  /// that has not waited for it yet.
  public init(_ identifier: Int32) throws(SystemError) {
    self.identifier = identifier
    descriptor = OwnedDescriptor(
      owning: try systemCall("pidfd_open \(identifier)") { clinux_pidfd_open(identifier) })
  }

  /// pidfd_send_signal(2).
  ///
  /// - Throws: ESRCH if it has been waited for.
  public func send(_ signal: Signal) throws(SystemError) {
    let descriptor = descriptor.raw
    try systemCall("send signal \(signal.number) to process \(identifier)") {
      clinux_pidfd_send_signal(descriptor, signal.number)
    }
  }

  /// Whether all its threads have ended.
  public var hasEnded: Bool { waitForEnd(milliseconds: 0) }

  /// Waits until all its threads have ended: their descriptors, and so their connections, are closed then (exit_notify
  /// follows exit_files, kernel/exit.c). False if that takes longer than `milliseconds`.
  public func waitForEnd(milliseconds: Int32) -> Bool {
    var request = pollfd(fd: descriptor.raw, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, milliseconds) > 0
  }

  /// Does something that needs the process's number, as files in /proc and cgroups do. Until it is done, `reap` does
  /// not wait for the process, so that no other process can get the number.
  ///
  /// - Throws: ESRCH if the process has been waited for already.
  public func withNumber<Result: Sendable>(
    _ work: (Int32) throws(SystemError) -> Result
  ) throws(SystemError) -> Result {
    try isReaped.withLock { isReaped throws(SystemError) in
      if isReaped { throw SystemError("find process \(identifier)", Errno(code: ESRCH)) }
      return try work(identifier)
    }
  }

  /// The states of its threads, by the letters of proc_pid_stat(5): `R`, `S`, `T`, ...; empty once the process has been
  /// waited for.
  public func threadStates() -> [Character] {
    isReaped.withLock { $0 ? [] : Self.threadStates(of: identifier) }
  }

  /// Waits for the end of a child of this process and reaps it: its number is free then.
  func reap() throws(SystemError) -> ProcessEnd {
    var info = siginfo_t()
    try systemCall("wait for process \(identifier)") { waitid(P_PID, id_t(identifier), &info, WEXITED | WNOWAIT) }
    return try isReaped.withLock { isReaped throws(SystemError) in
      var status: Int32 = 0
      try systemCall("wait for process \(identifier)") { waitpid(identifier, &status, 0) }
      isReaped = true
      return ProcessEnd(status: status)
    }
  }

  /// The states of the threads of the process that has this number now; empty if there is none.
  public static func threadStates(of identifier: Int32) -> [Character] {
    let directory = "/proc/\(identifier)/task"
    guard let tasks = try? DirectoryListing.names(in: directory) else { return [] }
    return tasks.compactMap { task in
      // A thread may end between the two reads.
      guard let bytes = try? OwnedDescriptor.open("\(directory)/\(task)/stat").readToEnd() else { return nil }
      // The name, in parentheses, may contain any character.
      return String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.first { $0 != " " }
    }
  }

  /// Whether a process of this number runs, sleeps or is stopped; false for one that is gone, and for a zombie.
  public static func isAlive(_ identifier: Int32) -> Bool {
    threadStates(of: identifier).contains { $0 != "Z" && $0 != "X" }
  }
}
