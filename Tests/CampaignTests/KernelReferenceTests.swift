import Glibc
import Lab
import LinuxNetwork
import LinuxSystem
import Model
import TestSupport
import Testing

/// Reference values of the kernel that no mechanism of this version sets: measured on plain sockets in a lab.
@Suite("The kernel alone", .needsNamespaces)
struct KernelReferenceTests {
  /// Waits for a socket's error; the errno's name and the time from `start`.
  private static func error(
    of socket: borrowing OwnedDescriptor, since start: Instant, within limit: Duration
  ) throws -> (name: String, seconds: Double) {
    var request = pollfd(fd: socket.raw, events: Int16(POLLIN), revents: 0)
    guard poll(&request, 1, Int32(limit.inSeconds * 1000)) > 0 else { return ("none", limit.inSeconds) }
    let seconds = (Instant.now - start).inSeconds
    return (try socket.takeError()?.name ?? "EOF", seconds)
  }

  @Test("connect() without an ARP answer fails after 3.05 to 3.16 s with EHOSTUNREACH")
  func noNeighbour() async throws {
    let lab = try await Lab.build(Topology(path: .direct))
    let hz = Clocks.kernelHZ()
    let (name, seconds) = try await lab.host(.client).run {
      let socket = try Sockets.tcp(family: AF_INET)
      let start = Instant.now
      // A host that the server's subnet has not.
      try socket.startConnecting(to: try #require(SocketAddress(host: "10.0.2.77", port: 7)))
      return try Self.error(of: socket, since: start, within: .seconds(10))
    }
    #expect(name == "EHOSTUNREACH")
    #expect((3.0...(hz == 250 ? 3.5 : 3.6)).contains(seconds), "\(seconds)")
  }

  @Test("data pending on a silent drop with tcp_retries2=5 times out after 13.2 to 13.6 s")
  func retries2() async throws {
    let lab = try await Lab.build(Topology())
    let address = try #require(SocketAddress(host: "\(lab.serviceAddress(of: .server))", port: 7000))
    let any = try #require(SocketAddress(host: "0.0.0.0", port: 7000))
    let listener = try await lab.host(.server).run { Held(try Sockets.listen(on: any)) }
    let client = try await lab.host(.client).run {
      #expect(Sysctl("net/ipv4/tcp_retries2", "5").writeIfPossible())
      let socket = try Sockets.tcp(family: AF_INET)
      try socket.startConnecting(to: address)
      var request = pollfd(fd: socket.raw, events: Int16(POLLOUT), revents: 0)
      #expect(poll(&request, 1, 2000) == 1)
      return Held(socket)
    }
    _ = try await Blackhole(lab: lab, cable: .server, direction: .both).inject()
    let (name, seconds) = try await DedicatedThread.run {
      let start = Instant.now
      try client.descriptor.writeAll([1])
      return try Self.error(of: client.descriptor, since: start, within: .seconds(19))
    }
    #expect(name == "ETIMEDOUT")
    #expect((13.2...14.0).contains(seconds), "\(seconds)")
    withExtendedLifetime(listener) {}
  }

  /// A descriptor that several threads may share.
  private final class Held: Sendable {
    let descriptor: OwnedDescriptor
    init(_ descriptor: consuming OwnedDescriptor) { self.descriptor = descriptor }
  }
}
