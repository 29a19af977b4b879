import Endpoint
import EndpointProtocol
import LinuxSystem
import Model
import TestSupport
import Testing

/// Which of a server's threads answers what, and what still works while some of them are stuck.
@Suite("The server's threads")
struct ResponderTests {
  /// What a peer sends to find out which threads still work.
  static let shallow = Frame(kind: .heartbeat, sequence: 1, sentAt: Instant(nanoseconds: 0))
  static let deep = Frame(kind: .heartbeat, sequence: 2, sentAt: Instant(nanoseconds: 0), throughWorker: true)
  static let request = Frame(kind: .request, sequence: 3, sentAt: Instant(nanoseconds: 0))
  static let all: [Frame] = [shallow, deep, request]

  @Test("every kind of frame is answered, whatever the threads and the carrier", arguments: Pinging.Responder.allCases)
  func healthy(responder: Pinging.Responder) async throws {
    try await onThread { bench in
      let (_, address) = try bench.server(responder: responder)
      for peer in try Peer.both(to: address) {
        try peer.send(Self.all + [Frame(kind: .message, sequence: 4, sentAt: Instant(nanoseconds: 0), padding: 100)])
        #expect(try peer.answers(3) == [1, 2, 3])
        #expect(try peer.isSilent(), "a message gets no answer")
      }
    }
  }

  @Test("while the worker is stuck, the I/O thread answers shallow heartbeats and nothing else")
  func workerStuck() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server(responder: .ioThread)
      let peers = try Peer.both(to: address)
      try server.saturate(.worker)
      for peer in peers {
        try peer.send(Self.all)
        #expect(try peer.answers(1) == [1])
        #expect(try peer.isSilent())
      }
      sleep(.milliseconds(50))
      #expect(try server.cpuTime() > .zero)
      try server.relieve()
      for peer in peers { #expect(try peer.answers(2) == [2, 3]) }
    }
  }

  @Test(
    "a wholly stuck process answers nothing until it is relieved",
    arguments: [
      (SaturationMode.busyLoop, Pinging.Responder.ioThread), (.stall, .ioThread), (.stall, .eventLoop),
      (.worker, .eventLoop),
    ])
  func processStuck(mode: SaturationMode, responder: Pinging.Responder) async throws {
    try await onThread { bench in
      let (server, address) = try bench.server(responder: responder)
      let peers = try Peer.both(to: address)
      try server.saturate(mode)
      for peer in peers {
        try peer.send(Self.all)
        #expect(try peer.isSilent())
      }
      try server.relieve()
      for peer in peers { #expect(try peer.answers(3) == [1, 2, 3]) }
    }
  }

  @Test("a stalled process burns next to no CPU")
  func stall() async throws {
    try await onThread { bench in
      let server = try bench.spawn(.server)
      _ = try server.listen()
      let start = try server.saturate(.stall).after
      sleep(.milliseconds(500))
      let burnt = try server.cpuTime()
      #expect(burnt < (now() - start) / 5)
    }
  }

  @Test("a stuck worker shows in the load that shallow answers report; an idle server reports little")
  func load() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server(responder: .ioThread)
      let peer = try Peer(to: address, .tcp)
      try peer.send([Self.shallow])
      let idle = try peer.frames(1)
      try server.saturate(.worker)
      sleep(.milliseconds(1200))
      try peer.send([Self.shallow])
      let busy = try peer.frames(1)
      #expect(idle[0].serverLoad < 500)
      #expect(busy[0].serverLoad > 600)
    }
  }

  @Test("a server that stops reading leaves what comes in to its kernel, and answers datagrams")
  func pausedReading() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      let (old, datagrams) = (try Peer(to: address, .tcp), try Peer(to: address, .udp))
      try old.send([Self.request])
      #expect(try old.answers(1) == [3])
      try server.pause(.reading)
      let new = try Peer(to: address, .tcp)
      for peer in [old, new] {
        try peer.send(Self.all)
        #expect(try peer.isSilent())
      }
      try datagrams.send(Self.all)
      #expect(try datagrams.answers(3) == [1, 2, 3])
      try server.resume(.reading)
      for peer in [old, new] { #expect(try peer.answers(3) == [1, 2, 3]) }
    }
  }

  @Test("a server that stops accepting serves its connections; connections beyond its queue are not even established")
  func pausedAccepting() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server(acceptQueue: 2)
      let old = try Peer(to: address, .tcp)
      try old.send([Self.request])
      #expect(try old.answers(1) == [3])
      try server.pause(.accepting)
      // The kernel takes one more than the backlog (include/net/sock.h, sk_acceptq_is_full).
      let waiting = try (1...3).map { _ in try Peer(to: address, .tcp) }
      #expect(throws: TestFailure.self) { _ = try Peer(to: address, .tcp, patience: .milliseconds(300)) }
      for peer in waiting { try peer.send([Self.request]) }
      for peer in waiting { #expect(try peer.isSilent()) }
      try old.send([Self.request])
      #expect(try old.answers(1) == [3])
      try server.resume(.accepting)
      for peer in waiting { #expect(try peer.answers(1) == [3]) }
    }
  }

  @Test("pausing twice and resuming twice has no further effect")
  func twice() async throws {
    try await onThread { bench in
      let (server, address) = try bench.server()
      for activity in ServiceActivity.allCases {
        try server.pause(activity)
        try server.pause(activity)
        try server.resume(activity)
        try server.resume(activity)
      }
      _ = try bench.client(to: address)
    }
  }

  @Test("a datagram that is no frame is dropped, and the next one answered")
  func garbage() async throws {
    try await onThread { bench in
      let (_, address) = try bench.server()
      let peer = try Peer(to: address, .udp)
      try peer.send(bytes: [1, 2, 3])
      try peer.send([Self.shallow])
      #expect(try peer.answers(1) == [1])
    }
  }

  @Test("datagrams are answered over IPv6, too")
  func ipv6() async throws {
    try await onThread { bench in
      let (_, address) = try bench.server(host: "::1")
      let peer = try Peer(to: address, .udp)
      try peer.send([Self.shallow])
      #expect(try peer.answers(1) == [1])
    }
  }
}
