import Glibc
import Lab
import LinuxNetwork
import LinuxSystem
import Model
import Synchronization

/// A real TCP connection from a lab's client to its server, with both ends operated by the test.
final class TestConnection: Sendable {
  let client: TestSocket
  let server: TestSocket
  /// The client's address as the server sees it.
  let peer: String

  init(in lab: Lab, port: UInt16 = 7000) throws {
    let host = "\(lab.serviceAddress(of: .server))"
    guard let address = SocketAddress(host: host, port: port) else { throw SystemError("read \(host)", .invalid) }
    let listener = try lab.host(.server).runBlocking { TestSocket(try Sockets.listen(on: address)) }
    client = try lab.host(.client).runBlocking {
      let socket = try Sockets.tcp(family: address.family)
      try socket.setOption(.noDelay, to: 1)
      try socket.startConnecting(to: address)
      return TestSocket(socket)
    }
    guard listener.isReady(for: POLLIN, within: .seconds(5)), client.isReady(for: POLLOUT, within: .seconds(5)),
      let accepted = try listener.descriptor.accept()
    else { throw LabError("connect", "nothing arrives at \(address)") }
    peer = Self.peer(of: accepted)
    server = TestSocket(accepted)
  }

  /// Whether a byte gets from the client to the server and one back, each within five seconds.
  func works() throws -> Bool {
    try client.send()
    guard try server.receives(within: .seconds(5)) else { return false }
    try server.send()
    return try client.receives(within: .seconds(5))
  }

  private static func peer(of socket: borrowing OwnedDescriptor) -> String {
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    let descriptor = socket.raw
    return withUnsafeMutableBytes(of: &storage) { bytes in
      bytes.withMemoryRebound(to: sockaddr.self) { address in
        var text = [CChar](repeating: 0, count: 64)
        guard getpeername(descriptor, address.baseAddress, &size) == 0,
          getnameinfo(address.baseAddress, size, &text, 64, nil, 0, NI_NUMERICHOST) == 0
        else { return "unknown" }
        return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
      }
    }
  }
}

/// A socket that its owner may share.
final class TestSocket: Sendable {
  let descriptor: OwnedDescriptor

  init(_ descriptor: consuming OwnedDescriptor) {
    self.descriptor = descriptor
  }

  func send() throws { try descriptor.writeAll([1]) }

  /// Whether data came within that time; the end of the stream does not count.
  func receives(within time: Duration) throws -> Bool {
    guard isReady(for: POLLIN, within: time) else { return false }
    return try !descriptor.read(upTo: 4096).isEmpty
  }

  /// Whether there is any event at all: data, the end of the stream, an error.
  func hears(within time: Duration) -> Bool { isReady(for: POLLIN, within: time) }

  /// The error that the connection ended with, if it does within that time.
  func hardError(within time: Duration) throws -> String? {
    isReady(for: 0, within: time) ? try descriptor.takeError()?.name : nil
  }

  /// The soft error that an ICMP error left on a living connection, if one came within that time. Reading it clears it.
  func softError(within time: Duration) throws -> String? {
    let deadline = Instant.now + time
    while Instant.now < deadline {
      if let error = try descriptor.takeError() { return error.name }
      pause(milliseconds: 5)
    }
    return nil
  }

  func isReady(for events: Int32, within time: Duration) -> Bool {
    var request = pollfd(fd: descriptor.raw, events: Int16(events), revents: 0)
    return poll(&request, 1, Int32(time.inNanoseconds / 1_000_000)) > 0
  }
}

/// A process of the lab's server, as far as the network can tell: its death closes its connection.
final class TestProcess: ProcessControl {
  private let held: Mutex<TestConnection?>
  let restarts = Mutex(0)

  init(_ connection: TestConnection) {
    held = Mutex(connection)
  }

  /// The test's own process: a handle of some process is needed as long as the connection exists.
  var process: ProcessHandle? {
    get async { held.withLock { $0 != nil } ? try? ProcessHandle(CurrentProcess.identifier) : nil }
  }

  func kill() async throws -> Moment {
    Moment.measure {
      held.withLock { connection in
        // Sends FIN, as the kernel does for a process that is gone; closing alone would send RST.
        if let server = connection?.server { shutdown(server.descriptor.raw, Int32(SHUT_RDWR)) }
        connection = nil
      }
    }
  }

  func restart() async throws -> Moment {
    Moment.measure { restarts.withLock { $0 += 1 } }
  }
}
