import EndpointProtocol
import LinuxSystem
import Model

/// Carries heartbeats in datagrams, one frame each, to the address and port of the service and back.
///
/// ICMP errors about them are recorded, but do not declare the peer dead: a datagram's errors are hints (RFC 1122,
/// section 4.2.3.9, for TCP's), and the mechanism's verdict is the missing answer.
final class DatagramChannel: SideChannel {
  private let socket: OwnedDescriptor
  private let token: UInt64
  /// The errors that the socket reported, and how often: `ECONNREFUSED` is ICMP's port unreachable.
  private(set) var errors: [String: Int] = [:]

  init(to peer: SocketAddress, on loop: EventLoop) throws(EndpointError) {
    let token = loop.newToken()
    self.token = token
    socket = try during("open") { () throws(SystemError) in
      let socket = try Sockets.udp(family: peer.family)
      // The socket is connected, so that only the peer's datagrams come in and ICMP errors are reported.
      try socket.startConnecting(to: peer)
      try loop.add(socket, for: .readable, token: token)
      return socket
    }
  }

  var carriesHeartbeats: Bool { true }

  func send(_ heartbeat: Frame) -> [DetectorInput] {
    let bytes = heartbeat.bytes
    // The kernel reports a pending ICMP error instead of sending, which clears the error: the second attempt sends.
    for _ in 1...2 {
      do throws(SystemError) {
        _ = try socket.write(bytes[...])
        break
      } catch {
        record(error)
      }
    }
    return []
  }

  func owns(_ token: UInt64) -> Bool { token == self.token }

  func serve(_ ready: Epoll.Ready) -> [DetectorInput] {
    var input: [DetectorInput] = []
    while true {
      do throws(SystemError) {
        let bytes = try socket.read(upTo: 2048)
        // A datagram that is not a frame is not an answer.
        if let frame = try? FrameDecoder.decode(datagram: bytes), frame.isAnswer { input.append(.answer(frame)) }
      } catch {
        if error.errno == .wouldBlock { return input }
        // Reading clears the pending error, so the loop ends.
        record(error)
      }
    }
  }

  private func record(_ error: SystemError) {
    errors[error.errno.name, default: 0] += 1
  }
}

/// The side channel of a mechanism that sends heartbeats: datagrams, or none if they go over the watched connection.
func makePingCompanion(
  _ pinging: Pinging, _ path: WatchedPath, on loop: EventLoop
) throws(EndpointError) -> (any SideChannel)? {
  pinging.transport == .udp ? try DatagramChannel(to: path.peer, on: loop) : nil
}
