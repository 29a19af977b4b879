import EndpointProtocol
import LinuxSystem
import Model

/// Carries heartbeats in datagrams, one frame each, to the address and port of the service and back.
///
/// What ICMP says of them is recorded and declares nobody dead: a datagram's errors are hints (RFC 1122, section
/// 4.2.3.9, for TCP's), and the mechanism's verdict is the missing answer.
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
      // Connected, so that only the peer's datagrams come in, and ICMP errors are reported.
      try socket.startConnecting(to: peer)
      try loop.add(socket, for: .readable, token: token)
      return socket
    }
  }

  var carriesHeartbeats: Bool { true }

  func send(_ heartbeat: Frame) -> [DetectorInput] {
    let bytes = heartbeat.bytes
    // A pending ICMP error is reported instead of sending, and taken by that: the second attempt sends.
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
        // What is no frame is no answer.
        if let frame = try? FrameDecoder.decode(datagram: bytes), frame.isAnswer { input.append(.answer(frame)) }
      } catch {
        if error.errno == .wouldBlock { return input }
        // Reading takes the pending error, so the loop ends.
        record(error)
      }
    }
  }

  private func record(_ error: SystemError) {
    errors[error.errno.name, default: 0] += 1
  }
}

/// The side channel of a mechanism that sends heartbeats: datagrams, or nothing on the watched connection.
func makePingCompanion(
  _ pinging: Pinging, _ path: WatchedPath, on loop: EventLoop
) throws(EndpointError) -> (any SideChannel)? {
  pinging.transport == .udp ? try DatagramChannel(to: path.peer, on: loop) : nil
}
