import EndpointProtocol
import Glibc
import LinuxSystem
import Model
import Synchronization
import TestSupport

/// A server that misbehaves in ways that a real one does only by accident: it answers frames on TCP, and in datagrams
/// at the same port, as its `behaviour` says.
final class TestPeer: Sendable {
  struct Behaviour: Sendable {
    /// What its answers report.
    var load: UInt16 = 0
    var answersHeartbeats = true
    var accepts = true
    /// Once it has stopped listening, it never listens again.
    var listens = true
    /// It forgets a connection, or a port that sends datagrams, that was silent for longer, as a NAT does: it answers
    /// none of its frames from then on.
    var forgetsAfter: Duration?
    /// A connection that is forgotten is reset by its next frame.
    var resetsForgotten = false
    /// What came in.
    var connections = 0
    var datagrams = 0
    var heartbeatsThroughWorker = 0
    fileprivate var isOver = false
  }

  private let worker = Worker()
  let address: EndpointAddress

  /// - Parameter backlog: of listen(2).
  init(datagrams: Bool = true, backlog: Int32 = 128) throws {
    guard let local = SocketAddress(host: "127.0.0.1", port: 0) else { throw TestFailure("127.0.0.1") }
    let listener = try Sockets.listen(on: local)
    listen(listener.raw, backlog)
    address = EndpointAddress(host: "127.0.0.1", port: try listener.localPort())
    var datagramSocket: Int32?
    if datagrams {
      let socket = try Sockets.udp(family: AF_INET)
      var name = sockaddr_in()
      name.sin_family = sa_family_t(AF_INET)
      name.sin_port = address.port.bigEndian
      name.sin_addr.s_addr = inet_addr("127.0.0.1")
      let code = withUnsafePointer(to: name) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(socket.raw, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
      }
      guard code == 0 else { throw TestFailure("bind a UDP socket to port \(address.port)") }
      datagramSocket = dup(socket.raw)
    }
    let sockets = (dup(listener.raw), datagramSocket)
    let worker = worker
    Task { try await DedicatedThread.run { worker.serve(sockets.0, sockets.1) } }
  }

  deinit { change { $0.isOver = true } }

  func change(_ change: (inout Behaviour) -> Void) { worker.change(change) }

  var now: Behaviour { worker.now }
}

/// What runs on the peer's thread; it may outlive the peer by a moment.
private final class Worker: Sendable {
  private let behaviour = Mutex(TestPeer.Behaviour())

  func change(_ change: (inout TestPeer.Behaviour) -> Void) { behaviour.withLock { change(&$0) } }

  var now: TestPeer.Behaviour { behaviour.withLock { $0 } }

  private struct Link {
    var decoder = FrameDecoder()
    var heardAt: Instant
  }

  /// Runs until it is told to stop; then it resets its connections.
  func serve(_ listener: Int32, _ datagrams: Int32?) {
    var links: [Int32: Link] = [:]
    var listener = listener
    // When each port last sent something.
    var heardAt: [UInt16: Instant] = [:]
    while !now.isOver {
      if !now.listens, listener >= 0 {
        close(listener)
        listener = -1
      }
      var polled = [pollfd(fd: now.accepts ? listener : -1, events: Int16(POLLIN), revents: 0)]
      polled.append(pollfd(fd: datagrams ?? -1, events: Int16(POLLIN), revents: 0))
      polled += links.keys.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
      guard poll(&polled, nfds_t(polled.count), 5) > 0 else { continue }
      if polled[0].revents != 0, let socket = accept(listener, nil, nil) as Int32?, socket >= 0 {
        links[socket] = Link(heardAt: EndpointTests.now())
        change { $0.connections += 1 }
      }
      if polled[1].revents != 0, let datagrams { answerDatagram(datagrams, &heardAt) }
      for ready in polled[2...] where ready.revents != 0 {
        guard var link = links.removeValue(forKey: ready.fd) else { continue }
        if answer(ready.fd, &link) { links[ready.fd] = link } else { Worker.reset(ready.fd) }
      }
    }
    for socket in links.keys { Worker.reset(socket) }
    close(listener)
    if let datagrams { close(datagrams) }
  }

  /// False if the connection is at its end.
  private func answer(_ socket: Int32, _ link: inout Link) -> Bool {
    var buffer = [UInt8](repeating: 0, count: 4096)
    let count = recv(socket, &buffer, buffer.count, 0)
    guard count > 0, let frames = try? link.decoder.decode(Array(buffer[..<count])) else { return false }
    let behaviour = now
    let silence = EndpointTests.now() - link.heardAt
    if let limit = behaviour.forgetsAfter, silence > limit { return !behaviour.resetsForgotten }
    link.heardAt = EndpointTests.now()
    for frame in frames {
      guard let answer = reply(to: frame) else { continue }
      send(socket, answer.bytes, answer.bytes.count, Int32(MSG_NOSIGNAL))
    }
    return true
  }

  private func answerDatagram(_ socket: Int32, _ heardAt: inout [UInt16: Instant]) {
    var buffer = [UInt8](repeating: 0, count: 4096)
    var name = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &name) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
        let count = recvfrom(socket, &buffer, buffer.count, 0, name, &size)
        guard count > 0, let frame = try? FrameDecoder.decode(datagram: Array(buffer[..<count])) else { return }
        change { $0.datagrams += 1 }
        let port = name.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { $0.pointee.sin_port }
        let silence = EndpointTests.now() - (heardAt[port] ?? EndpointTests.now())
        if let limit = now.forgetsAfter, silence > limit { return }
        heardAt[port] = EndpointTests.now()
        guard let answer = reply(to: frame) else { return }
        sendto(socket, answer.bytes, answer.bytes.count, 0, name, size)
      }
    }
  }

  private func reply(to frame: Frame) -> Frame? {
    if frame.throughWorker { change { $0.heartbeatsThroughWorker += 1 } }
    let behaviour = now
    return frame.kind == .heartbeat && !behaviour.answersHeartbeats ? nil : frame.answer(serverLoad: behaviour.load)
  }

  private static func reset(_ socket: Int32) {
    var setting = linger(l_onoff: 1, l_linger: 0)
    setsockopt(socket, SOL_SOCKET, SO_LINGER, &setting, socklen_t(MemoryLayout<linger>.size))
    close(socket)
  }
}
