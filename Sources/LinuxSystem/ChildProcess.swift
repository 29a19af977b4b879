import CLinux
import Glibc
import Synchronization

/// A program that this process runs and talks with, over a socket that is its standard input and output.
///
/// By hand, as swift-subprocess wakes its process once a second for every child it waits for: on the virtual clock, where
/// only that happens for days, it would cost more than all the rest.
public final class ChildProcess: Sendable {
  private struct State {
    var identifier: Int32?
    var isToDie = false
  }

  private let state = Mutex(State())
  private let channel: OwnedDescriptor
  /// The program's end of the channel, until it has started.
  private let farEnd: Mutex<OwnedDescriptor?>

  public init() throws(SystemError) {
    var ends: [Int32] = [-1, -1]
    try systemCall("socketpair") { clinux_socket_pair(&ends) }
    channel = OwnedDescriptor(owning: ends[0])
    farEnd = Mutex(OwnedDescriptor(owning: ends[1]))
  }

  /// Starts the program, and blocks the calling thread until it has ended. Call it once.
  ///
  /// - Parameters:
  ///   - arguments: from `argv[1]` on.
  ///   - started: is told its number.
  ///   - heard: is given its standard output as it comes.
  /// - Returns: how it ended, and the end of what it wrote to standard error.
  public func run(
    _ path: String, arguments: [String], started: (Int32) -> Void, heard: ([UInt8]) -> Void
  ) throws(SystemError) -> (end: ProcessEnd, complaint: String) {
    var pipe: [Int32] = [-1, -1]
    try systemCall("pipe2") { clinux_pipe(&pipe) }
    let complaints = OwnedDescriptor(owning: pipe[0])
    let process = try start(path, arguments, complaints: OwnedDescriptor(owning: pipe[1]))
    started(process)
    let complaint = try listen(to: complaints, heard)
    return (try reap(process, path), complaint)
  }

  private func start(
    _ path: String, _ arguments: [String], complaints: consuming OwnedDescriptor
  ) throws(SystemError) -> Int32 {
    var argv = ([path] + arguments).map { strdup($0) } + [nil]
    defer { for pointer in argv { free(pointer) } }
    guard let farEnd = farEnd.withLock({ $0.take() }) else { throw SystemError("start \(path) again", .invalid) }
    let process = try systemCall("start \(path)") { clinux_spawn(path, &argv, farEnd.raw, complaints.raw) }
    state.withLock { state in
      state.identifier = process
      if state.isToDie { _ = Glibc.kill(process, SIGKILL) }
    }
    return process
  }

  /// Reads both streams to their ends.
  private func listen(to complaints: borrowing OwnedDescriptor, _ heard: ([UInt8]) -> Void) throws(SystemError)
    -> String
  {
    var complaint: [UInt8] = []
    var watched = [channel.raw, complaints.raw].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    // poll(2) passes over negative numbers: those that have ended.
    while watched.contains(where: { $0.fd >= 0 }) {
      try systemCall("poll") { poll(&watched, nfds_t(watched.count), -1) }
      if watched[0].revents != 0 {
        let bytes = try readChannel()
        if bytes.isEmpty { watched[0].fd = -1 } else { heard(bytes) }
      }
      if watched[1].revents != 0 {
        let bytes = try complaints.read(upTo: 4096)
        if bytes.isEmpty { watched[1].fd = -1 }
        complaint = (complaint + bytes).suffix(4096)
      }
    }
    return String(decoding: complaint, as: UTF8.self)
  }

  private func readChannel() throws(SystemError) -> [UInt8] {
    do throws(SystemError) {
      return try channel.read(upTo: 65_536)
    } catch  where error.errno.code == ECONNRESET {
      // It ended with commands unread.
      return []
    }
  }

  /// Takes notice of its end. From then on another process may have its number, which is told to nobody any more.
  private func reap(_ process: Int32, _ path: String) throws(SystemError) -> ProcessEnd {
    var info = siginfo_t()
    try systemCall("wait for \(path)") { waitid(P_PID, id_t(process), &info, WEXITED | WNOWAIT) }
    return try state.withLock { state throws(SystemError) in
      state.identifier = nil
      var status: Int32 = 0
      try systemCall("wait for \(path)") { waitpid(process, &status, 0) }
      return ProcessEnd(status: status)
    }
  }

  /// Writes to its standard input, without waiting for it to read.
  ///
  /// - Throws: if it does not read any more, or has too much unread.
  public func write(_ bytes: [UInt8]) throws(SystemError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let sent = try systemCall("write to a child process") {
        rest.withUnsafeBytes { send(channel.raw, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)) }
      }
      rest = rest.dropFirst(sent)
    }
  }

  /// Ends its standard input.
  public func endInput() {
    _ = shutdown(channel.raw, Int32(SHUT_WR))
  }

  /// SIGKILL, now or as soon as it has started; nothing if it has ended.
  public func kill() {
    state.withLock { state in
      state.isToDie = true
      if let identifier = state.identifier { _ = Glibc.kill(identifier, SIGKILL) }
    }
  }
}
