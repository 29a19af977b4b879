import EndpointProtocol
import LinuxSystem
import Model

/// Where a server is reached: a TCP listener, and a UDP socket at the same port.
final class ServerSockets {
  private let pair: Pair
  private let loop: EventLoop
  private let listenerToken: UInt64
  var port: UInt16 { pair.port }
  private(set) var isAccepting = true

  /// Listens, and has `loop` report connections and datagrams by the two tokens.
  init(
    _ task: ServerTask, on loop: EventLoop, listenerToken: UInt64, datagramToken: UInt64
  ) throws(EndpointError) {
    pair = try Pair(task)
    self.loop = loop
    self.listenerToken = listenerToken
    try during("listen") { () throws(SystemError) in
      try loop.add(pair.listener, for: .readable, token: listenerToken)
      try loop.add(pair.datagrams, for: .readable, token: datagramToken)
    }
  }

  /// The connections that wait to be accepted; none while accepting is paused.
  func accept() throws(EndpointError) -> OwnedDescriptor? {
    guard isAccepting else { return nil }
    return try during("accept") { () throws(SystemError) in try pair.listener.accept() }
  }

  func setAccepting(_ accepts: Bool) throws(EndpointError) {
    isAccepting = accepts
    try during("pause") { () throws(SystemError) in
      try loop.modify(pair.listener, for: accepts ? .readable : [], token: listenerToken)
    }
  }

  /// The frames in waiting datagrams, with their senders. A datagram that is not a frame is dropped, as datagrams may
  /// be.
  func receive() throws(EndpointError) -> [(sender: DatagramSender, frame: Frame)] {
    var received: [(sender: DatagramSender, frame: Frame)] = []
    while received.count < 64 {
      let datagram = try during("receive") { () throws(SystemError) in
        try pair.datagrams.receiveDatagram(upTo: 2048)
      }
      guard let datagram else { break }
      do throws(MalformedFrame) {
        received.append((datagram.sender, try FrameDecoder.decode(datagram: datagram.bytes)))
      } catch {
        continue
      }
    }
    return received
  }

  /// Sends an answer. If the network does not take it, it is lost, as datagrams may be: a broken path must not end the
  /// server.
  func send(_ frame: Frame, to receiver: DatagramSender) {
    do throws(SystemError) {
      try pair.datagrams.send(frame.bytes, to: receiver)
    } catch {
      // ENETUNREACH, EHOSTUNREACH, EPERM, ...: the sender will miss the answer.
    }
  }
}

/// Two sockets at one port.
private struct Pair: ~Copyable {
  let listener: OwnedDescriptor
  let datagrams: OwnedDescriptor
  let port: UInt16

  init(_ task: ServerTask) throws(EndpointError) {
    var attempts = 1
    while true {
      do throws(EndpointError) {
        self = try Pair(once: task)
        return
      } catch {
        // A port that is free for TCP may be in use for UDP: then another one is tried.
        if task.address.port != 0 || attempts == 10 { throw error }
        attempts += 1
      }
    }
  }

  private init(once task: ServerTask) throws(EndpointError) {
    let address = try SocketAddress(task.address, stage: "listen")
    let listener = try during("listen") { () throws(SystemError) in
      try Sockets.listen(on: address, backlog: task.acceptQueue, receiveBuffer: task.receiveBuffer)
    }
    let port = try during("listen") { () throws(SystemError) in try listener.localPort() }
    let same = try SocketAddress(EndpointAddress(host: task.address.host, port: port), stage: "listen")
    datagrams = try during("listen") { () throws(SystemError) in try Sockets.datagrams(on: same) }
    self.listener = listener
    self.port = port
  }
}
