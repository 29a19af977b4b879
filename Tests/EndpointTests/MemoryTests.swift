import EndpointProtocol
import Glibc
import LinuxSystem
import Model
import TestSupport
import Testing

@testable import Endpoint

/// It stays bounded, however many connections there are and however long their messages are.
@Suite("An endpoint's memory")
struct MemoryTests {
  /// VmHWM of a process: the peak resident size, in KiB.
  private func peak(of process: pid_t) throws -> Int {
    let status = String(decoding: try OwnedDescriptor.open("/proc/\(process)/status").readToEnd(), as: UTF8.self)
    let line = try #require(status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") })
    return try #require(Int(line.split(whereSeparator: { $0 == " " || $0 == "\t" })[1]))
  }

  @Test("a server stores nothing of long messages that are still on their way", .needsEndpointProgram)
  func incoming() async throws {
    try await onThread { bench in
      let server = try bench.spawn(.server)
      let address = try server.listen()
      let process = try #require(server.process)
      let before = try peak(of: process)
      let long = Frame(kind: .request, sequence: 1, sentAt: now(), padding: Frame.longestPadding).bytes
      let connections = try (0..<60).map { _ in try HandmadeConnection(to: address) }
      for connection in connections { try connection.socket.writeAll(Array(long.dropLast())) }
      for connection in connections {
        try connection.socket.writeAll([0])
        #expect(try connection.next().kind == .requestAnswer)
      }
      // 60 MiB were on their way at once.
      #expect(try peak(of: process) - before < 8 * 1024)
    }
  }

  @Test("connections that queue more than the limit are a failure whose message says what to do")
  func outgoing() async throws {
    try await onThread { bench in
      let peer = try HandmadeServer()
      let loop = try EventLoop()
      let target = try SocketAddress(peer.address, stage: "test")
      let frame = Frame(kind: .message, sequence: 0, sentAt: now(), padding: Frame.longestPadding)
      var connections: [Connection] = []
      for _ in 0..<(UnsentBytes.limit >> 20) {
        connections.append(
          try Connection(connecting: try Sockets.tcp(family: target.family), to: target, on: loop))
        _ = connections.last?.send([frame])
      }
      // Each frame is a little longer than its padding, so the last one had no room.
      #expect(connections.dropLast().allSatisfy { $0.queued > Frame.longestPadding } && connections.last?.queued == 0)
      let failure = #expect(throws: EndpointError.self) { try loop.wait(until: now()) }
      #expect(failure?.stage == "send")
      #expect(
        failure?.message.hasPrefix("all connections together hold 64 MiB that their peers do not take") == true)
    }
  }

  @Test("bytes that were sent, or belonged to a connection that is gone, no longer count")
  func givenBack() throws {
    let unsent = UnsentBytes()
    #expect(unsent.take(UnsentBytes.limit))
    try unsent.check()
    unsent.giveBack(100)
    #expect(unsent.take(100))
    try unsent.check()
    #expect(!unsent.take(1))
    #expect(throws: EndpointError.self) { try unsent.check() }
  }

  @Test("a connection releases its bytes when it is gone")
  func dropped() async throws {
    try await onThread { bench in
      let peer = try HandmadeServer()
      let loop = try EventLoop()
      let frame = Frame(kind: .message, sequence: 0, sentAt: now(), padding: 1 << 20)
      let target = try SocketAddress(peer.address, stage: "test")
      // More than the limit in total, but never at once.
      for _ in 0..<40 {
        let connection = try Connection(
          connecting: try Sockets.tcp(family: target.family), to: target, on: loop)
        _ = connection.send([frame, frame])
        #expect(connection.queued == 2 * (Frame.length + frame.padding))
      }
      #expect(loop.unsent.take(UnsentBytes.limit))
    }
  }
}
