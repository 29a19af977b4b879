import CLinux
import Glibc
import Synchronization

/// A program that this process runs and talks with, over a socket that is its standard input and output.
///
/// Not with swift-subprocess, which wakes its process once a second for every child that it waits for: on the virtual
/// clock, where days pass without any other event, that would cost more than everything else.
public final class ChildProcess: Sendable {
  private struct State {
    var handle: ProcessHandle?
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
  ///   - started: receives the process's handle, which is taken before any thread can have waited for the process.
  ///   - heard: receives its standard output as it arrives.
  /// - Returns: how it ended, and the end of what it wrote to standard error.
  public func run(
    _ path: String, arguments: [String], started: (ProcessHandle) -> Void, heard: ([UInt8]) -> Void
  ) throws(SystemError) -> (end: ProcessEnd, complaint: String) {
    var pipe: [Int32] = [-1, -1]
    try systemCall("pipe2") { clinux_pipe(&pipe) }
    let complaints = OwnedDescriptor(owning: pipe[0])
    let process = try start(path, arguments, complaints: OwnedDescriptor(owning: pipe[1]))
    started(process)
    let complaint = try listen(to: complaints, heard)
    return (try process.reap(), complaint)
  }

  private func start(
    _ path: String, _ arguments: [String], complaints: consuming OwnedDescriptor
  ) throws(SystemError) -> ProcessHandle {
    var argv = ([path] + arguments).map { strdup($0) } + [nil]
    defer { for pointer in argv { free(pointer) } }
    guard let farEnd = farEnd.withLock({ $0.take() }) else { throw SystemError("start \(path) again", .invalid) }
    let number = try systemCall("start \(path)") { clinux_spawn(path, &argv, farEnd.raw, complaints.raw) }
    let handle: ProcessHandle
    do throws(SystemError) {
      // Only this thread waits for the process, so the number still belongs to it.
      handle = try ProcessHandle(number)
    } catch {
      _ = Glibc.kill(number, SIGKILL)
      try systemCall("wait for \(path)") { waitpid(number, nil, 0) }
      throw error
    }
    let isToDie = state.withLock { state in
      state.handle = handle
      return state.isToDie
    }
    if isToDie { try handle.send(.kill) }
    return handle
  }

  /// Reads both streams to their ends.
  private func listen(to complaints: borrowing OwnedDescriptor, _ heard: ([UInt8]) -> Void) throws(SystemError)
    -> String
  {
    var complaint: [UInt8] = []
    var watched = [channel.raw, complaints.raw].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    // poll(2) skips negative numbers: they stand for streams that have ended.
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
      // The process ended without reading all its commands.
      return []
    }
  }

  /// Writes to its standard input, without waiting for it to read.
  ///
  /// - Throws: if the process no longer reads, or too much is unread.
  public func write(_ bytes: [UInt8]) throws(SystemError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let sent = try systemCall("write to a child process") {
        rest.withUnsafeBytes { send(channel.raw, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL) | Int32(MSG_DONTWAIT)) }
      }
      rest = rest.dropFirst(sent)
    }
  }

  /// Closes its standard input.
  public func endInput() {
    _ = shutdown(channel.raw, Int32(SHUT_WR))
  }

  /// Sends SIGKILL, now or as soon as the process has started; does nothing if it has ended.
  public func kill() {
    let handle = state.withLock { state in
      state.isToDie = true
      return state.handle
    }
    do throws(SystemError) {
      try handle?.send(.kill)
    } catch {
      // The process is gone already.
    }
  }
}
