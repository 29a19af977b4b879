import EndpointProtocol
import Glibc
import LinuxSystem
import Model
import TestSupport

/// A server that does only what a test tells it to do.
final class HandmadeServer {
  private let listener: OwnedDescriptor
  let address: EndpointAddress

  init() throws {
    guard let any = SocketAddress(host: "127.0.0.1", port: 0) else { throw TestFailure("an address") }
    listener = try Sockets.listen(on: any)
    address = EndpointAddress(host: "127.0.0.1", port: try listener.localPort())
  }

  /// The next client.
  func accept() throws -> HandmadeConnection {
    try waitUntilReadable(listener)
    guard let socket = try listener.accept() else { throw TestFailure("nobody connects") }
    return HandmadeConnection(socket)
  }

  /// The next client, its opening request answered.
  func welcome() throws -> HandmadeConnection {
    let connection = try accept()
    try connection.answer(try connection.next())
    return connection
  }
}

/// One end of a connection, operated by a test.
final class HandmadeConnection {
  let socket: OwnedDescriptor
  private var decoder = FrameDecoder()
  private var pending: [Frame] = []

  init(_ socket: consuming OwnedDescriptor) {
    self.socket = socket
  }

  /// Connects as a client would.
  convenience init(to address: EndpointAddress) throws {
    guard let address = SocketAddress(host: address.host, port: address.port) else { throw TestFailure("an address") }
    let socket = try Sockets.tcp(family: address.family)
    try socket.startConnecting(to: address)
    var ready = pollfd(fd: socket.raw, events: Int16(POLLOUT), revents: 0)
    guard poll(&ready, 1, 10_000) == 1, try socket.takeError() == nil else { throw TestFailure("no connection") }
    self.init(socket)
  }

  /// The next frame.
  func next() throws -> Frame {
    while pending.isEmpty {
      try waitUntilReadable(socket)
      let bytes = try socket.read(upTo: 65_536)
      if bytes.isEmpty { throw TestFailure("expected a frame, got the end of the connection") }
      pending += try decoder.decode(bytes)
    }
    return pending.removeFirst()
  }

  /// The next frame of this kind; others before it are ignored.
  func next(_ kind: Frame.Kind) throws -> Frame {
    while true {
      let frame = try next()
      if frame.kind == kind { return frame }
    }
  }

  func send(_ frames: Frame...) throws {
    for frame in frames { try socket.writeAll(frame.bytes) }
  }

  func answer(_ frame: Frame) throws {
    guard let answer = frame.answer(serverLoad: 0) else { throw TestFailure("\(frame.kind) wants no answer") }
    try send(answer)
  }

  /// Whether nothing comes in for this long.
  func isSilent(for time: Duration) -> Bool {
    var ready = pollfd(fd: socket.raw, events: Int16(POLLIN), revents: 0)
    return pending.isEmpty && poll(&ready, 1, Int32(time.inSeconds * 1000)) == 0
  }
}

private func waitUntilReadable(_ descriptor: borrowing OwnedDescriptor) throws {
  var ready = pollfd(fd: descriptor.raw, events: Int16(POLLIN), revents: 0)
  guard poll(&ready, 1, Int32(TestEndpoint.patience.inSeconds * 1000)) == 1 else { throw TestFailure("nothing comes") }
}
