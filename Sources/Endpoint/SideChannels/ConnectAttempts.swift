import EndpointProtocol
import LinuxSystem
import Model

/// Connects to the peer repeatedly, one attempt at a time, and resets each connection as soon as it is established.
final class ConnectAttempts: SideChannel {
  private let peer: SocketAddress
  private let driver: ConnectDriver
  private let loop: EventLoop
  private var attempt: OwnedDescriptor?
  private var token: UInt64 = 0

  init(to peer: SocketAddress, driver: ConnectDriver, on loop: EventLoop) {
    self.peer = peer
    self.driver = driver
    self.loop = loop
  }

  var carriesHeartbeats: Bool { true }

  /// Starts an attempt, unless one is under way.
  func send(_ heartbeat: Frame) -> [DetectorInput] {
    if attempt != nil { return [] }
    do {
      let socket = try Sockets.tcp(family: peer.family)
      try driver.prepareAttempt(socket)
      try socket.startConnecting(to: peer)
      token = loop.newToken()
      try loop.add(socket, for: .writable, token: token)
      attempt = consume socket
      return [.attemptStarted]
    } catch let error as SystemError {
      return [.attemptStarted, .attemptFailed(.errno(error.errno.name))]
    } catch {
      preconditionFailure("the options were accepted when the connection opened")
    }
  }

  func owns(_ token: UInt64) -> Bool { attempt != nil && token == self.token }

  func serve(_ ready: Epoll.Ready) -> [DetectorInput] {
    guard let socket = attempt.take() else { return [] }
    do throws(SystemError) {
      // A connecting socket has no soft error that reading SO_ERROR could clear.
      if let error = try socket.takeError() { return [.attemptFailed(.errno(error.name))] }
      return [.attemptSucceeded]
    } catch {
      return [.attemptFailed(.errno(error.errno.name))]
    }
  }
}
