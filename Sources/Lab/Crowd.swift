import Glibc
import LinuxNetwork
import LinuxSystem
import Model
import Synchronization

/// A separate host, wired directly to a server, that opens any number of connections to it and sends nothing.
final class Crowd: Sendable {
  private let namespace: NetworkNamespace
  private let address: SocketAddress
  private let connections = Mutex<[Member]>([])

  /// One connection; it is aborted, not closed, so that no state lingers.
  private final class Member: Sendable {
    let socket: OwnedDescriptor

    init(to address: SocketAddress) throws {
      let socket = try Sockets.tcp(family: address.family)
      try socket.abortOnClose()
      try socket.startConnecting(to: address)
      self.socket = socket
    }
  }

  /// Creates a namespace: call it only on a thread of your own.
  init(in lab: Lab, facing host: HostName, port: UInt16) throws {
    let attachment = try lab.attachWitness(to: host)
    namespace = attachment.namespace
    guard let address = SocketAddress(host: "\(attachment.hostAddress)", port: port) else {
      throw LabError("wire a crowd", "\(attachment.hostAddress) is not an address")
    }
    self.address = address
  }

  /// Starts `count` connections, and waits up to `milliseconds` for each to be established.
  func connect(_ count: Int, waiting milliseconds: Int32 = 100) async throws {
    let address = address
    let made = try await namespace.run {
      let made = try (0..<count).map { _ in try Member(to: address) }
      for member in made {
        var request = pollfd(fd: member.socket.raw, events: Int16(POLLOUT), revents: 0)
        _ = poll(&request, 1, milliseconds)
      }
      return made
    }
    connections.withLock { $0 += made }
  }

  /// Resets all connections.
  func leave() {
    connections.withLock { $0 = [] }
  }
}
