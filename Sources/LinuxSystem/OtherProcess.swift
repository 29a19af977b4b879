import CLinux
import Glibc

/// Another process of this machine, held by a descriptor (pidfd_open(2)): its number may be given anew, this is not.
public struct OtherProcess: ~Copyable, Sendable {
  public let identifier: Int32
  private let descriptor: OwnedDescriptor

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

  public init(_ identifier: Int32) throws(SystemError) {
    self.identifier = identifier
    descriptor = OwnedDescriptor(
      owning: try systemCall("pidfd_open \(identifier)") { clinux_pidfd_open(identifier) })
  }

  /// pidfd_send_signal(2).
  public borrowing func send(_ signal: Signal) throws(SystemError) {
    let descriptor = descriptor.raw
    try systemCall("send signal \(signal.number) to process \(identifier)") {
      clinux_pidfd_send_signal(descriptor, signal.number)
    }
  }

  /// Waits until all its threads have ended: their descriptors, and so their connections, are closed then (exit_notify
  /// follows exit_files, kernel/exit.c). False if they have not within `milliseconds`.
  public borrowing func waitForEnd(milliseconds: Int32) -> Bool {
    var request = pollfd(fd: descriptor.raw, events: Int16(POLLIN), revents: 0)
    return poll(&request, 1, milliseconds) > 0
  }

  /// The states of its threads, by the letters of proc_pid_stat(5): `R`, `S`, `T`, ...; empty if it is gone.
  public static func threadStates(of identifier: Int32) -> [Character] {
    let directory = "/proc/\(identifier)/task"
    guard let tasks = try? DirectoryListing.names(in: directory) else { return [] }
    return tasks.compactMap { task in
      // A thread may end between the two readings.
      guard let bytes = try? OwnedDescriptor.open("\(directory)/\(task)/stat").readToEnd() else { return nil }
      // The name, in parentheses, may hold anything.
      return String(decoding: bytes, as: UTF8.self).split(separator: ")").last?.first { $0 != " " }
    }
  }

  /// Whether it runs, sleeps or is stopped; false of one that is gone, or only waits for its parent to take notice.
  public static func isAlive(_ identifier: Int32) -> Bool {
    threadStates(of: identifier).contains { $0 != "Z" && $0 != "X" }
  }
}
