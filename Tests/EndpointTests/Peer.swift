import Endpoint
import EndpointProtocol
import Glibc
import LinuxSystem
import Model
import TestSupport

/// A peer that exchanges frames with the server, over TCP or in datagrams.
final class Peer {
  private let socket: OwnedDescriptor
  private let transport: Pinging.Transport
  private var decoder = FrameDecoder()
  private var received: [Frame] = []

  /// Connects; for a datagram socket, that only sets the receiver.
  init(to address: EndpointAddress, _ transport: Pinging.Transport, patience: Duration = TestEndpoint.patience) throws {
    guard let address = SocketAddress(host: address.host, port: address.port) else { throw TestFailure("no address") }
    self.transport = transport
    let type = transport == .tcp ? SOCK_STREAM : SOCK_DGRAM
    socket = OwnedDescriptor(
      owning: Glibc.socket(address.family, Int32(type.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue), 0))
    try socket.startConnecting(to: address)
    guard isReady(POLLOUT, within: patience) else { throw TestFailure("not connected in time") }
  }

  static func both(to address: EndpointAddress) throws -> [Peer] {
    [try Peer(to: address, .tcp), try Peer(to: address, .udp)]
  }

  func send(_ frames: [Frame]) throws {
    switch transport {
    case .tcp: try send(bytes: frames.flatMap(\.bytes))
    case .udp: for frame in frames { try send(bytes: frame.bytes) }
    }
  }

  func send(bytes: [UInt8]) throws { try socket.writeAll(bytes) }

  /// The next `count` frames that come back.
  func frames(_ count: Int) throws -> [Frame] {
    while received.count < count {
      guard isReady(POLLIN, within: TestEndpoint.patience) else { throw TestFailure("no answer in time") }
      let bytes = try socket.read(upTo: 4096)
      if transport == .tcp, bytes.isEmpty { throw TestFailure("the server closed the connection") }
      received += transport == .tcp ? try decoder.decode(bytes) : [try FrameDecoder.decode(datagram: bytes)]
    }
    defer { received.removeFirst(count) }
    return Array(received.prefix(count))
  }

  /// The sequences of the next `count` answers, sorted: the order is that of completion.
  func answers(_ count: Int) throws -> [UInt32] { try frames(count).map(\.sequence).sorted() }

  func isSilent(for time: Duration = .milliseconds(150)) throws -> Bool {
    received.isEmpty && !isReady(POLLIN, within: time)
  }

  private func isReady(_ events: Int32, within time: Duration) -> Bool {
    var request = pollfd(fd: socket.raw, events: Int16(events), revents: 0)
    return poll(&request, 1, Int32(time.inSeconds * 1000)) > 0
  }
}
