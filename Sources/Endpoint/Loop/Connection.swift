import EndpointProtocol
import LinuxSystem
import Model

/// A TCP connection that carries frames. Closed when its last reference is gone.
final class Connection {
  /// What came in, and whether the connection ended with it.
  struct Arrival {
    var frames: [Frame] = []
    /// How the connection ended; nil while it lives.
    var end: Signal?
  }

  /// How many bytes are queued when the socket takes no more. Frames beyond that are dropped, so that a peer that does
  /// not read cannot use up this side's memory. For all connections together the loop has a limit (`UnsentBytes`).
  static let longestQueue = 4 << 20

  let token: UInt64
  /// False while a connect(2) is under way; frames that are sent meanwhile go out afterwards.
  private(set) var isEstablished: Bool
  private let socket: OwnedDescriptor
  private let loop: EventLoop
  private var output: [UInt8] = []
  private var decoder = FrameDecoder()
  private var watched: Readiness
  /// False while incoming data is left in the socket.
  private var reads = true

  private init(_ socket: consuming OwnedDescriptor, on loop: EventLoop, connecting: Bool) throws(SystemError) {
    token = loop.newToken()
    isEstablished = !connecting
    watched = connecting ? [.readable, .writable] : .readable
    self.loop = loop
    self.socket = socket
    try self.socket.setOption(.noDelay, to: 1)
    try loop.add(self.socket, for: watched, token: token)
  }

  deinit { loop.unsent.giveBack(output.count) }

  /// An accepted connection.
  convenience init(accepted socket: consuming OwnedDescriptor, on loop: EventLoop) throws(SystemError) {
    try self.init(socket, on: loop, connecting: false)
  }

  /// Starts connecting `socket`, with the options that are set on it.
  convenience init(
    connecting socket: consuming OwnedDescriptor, to address: SocketAddress, on loop: EventLoop
  ) throws(SystemError) {
    try socket.startConnecting(to: address)
    try self.init(socket, on: loop, connecting: true)
  }

  /// Sends frames in one write; what the socket does not take is queued, up to `longestQueue`. Returns how the
  /// connection ended if the write shows that it did.
  func send(_ frames: [Frame]) -> Signal? {
    for frame in frames {
      let size = Frame.length + frame.padding
      guard output.count + size <= Connection.longestQueue, loop.unsent.take(size) else { continue }
      output += frame.bytes
    }
    return isEstablished ? flush() : nil
  }

  /// Handles what epoll reports.
  func serve(_ readiness: Readiness) -> Arrival {
    let broken = !readiness.isDisjoint(with: [.error, .hangUp])
    if !isEstablished && !broken && readiness.contains(.writable) { isEstablished = true }
    var arrival = Arrival()
    if isEstablished && (reads || broken) { read(to: &arrival, untilEnd: broken) }
    // SO_ERROR is read only now: reading it clears the soft error of an established socket that has no hard error.
    if arrival.end == nil && broken { arrival.end = pendingError() ?? .endOfFile }
    if arrival.end == nil && readiness.contains(.writable) { arrival.end = flush() }
    return arrival
  }

  /// How many bytes wait for the socket to take them.
  var queued: Int { output.count }

  /// Stops reading, which leaves incoming data in the socket, or reads again. Idempotent.
  func setReading(_ reads: Bool) throws(SystemError) {
    self.reads = reads
    try watch()
  }

  /// Makes the close send RST, so that no orphan of the connection stays behind. The caller drops the connection.
  func abort() {
    do throws(SystemError) {
      try socket.abortOnClose()
    } catch {
      // If this fails, the close is an orderly one; the failure is not reported.
    }
  }

  /// The port on this side.
  func localPort() throws(SystemError) -> UInt16 { try socket.localPort() }

  /// The address on this side, with its port.
  func localAddress() throws(SystemError) -> SocketAddress { try socket.localAddress() }

  /// The address on the other side, with its port.
  func peerAddress() throws(SystemError) -> SocketAddress { try socket.peerAddress() }

  /// Reads the options of `driver` back from the socket.
  func settings(of driver: any DetectorDriver) throws(SystemError) -> DetectorSettings {
    try driver.readBack(from: socket)
  }

  private func read(to arrival: inout Arrival, untilEnd: Bool) {
    let limit = 16_384
    while arrival.end == nil {
      do {
        let bytes = try socket.read(upTo: limit)
        if bytes.isEmpty { arrival.end = .endOfFile }
        arrival.frames += try decoder.decode(bytes)
        // A short read emptied the socket; what comes later wakes the loop again.
        if bytes.count < limit && !untilEnd { return }
      } catch let error as SystemError {
        if error.errno == .wouldBlock { return }
        arrival.end = .errno(error.errno.name)
      } catch {
        arrival.end = .errno("EBADMSG")
      }
    }
  }

  private func flush() -> Signal? {
    do throws(SystemError) {
      while !output.isEmpty {
        let written = try socket.write(output[...])
        output.removeFirst(written)
        loop.unsent.giveBack(written)
      }
    } catch {
      if error.errno != .wouldBlock { return .errno(error.errno.name) }
    }
    do throws(SystemError) {
      try watch()
      return nil
    } catch {
      return .errno(error.errno.name)
    }
  }

  /// Registers with the loop what this connection waits for now.
  private func watch() throws(SystemError) {
    var wanted: Readiness = reads ? .readable : []
    if !output.isEmpty || !isEstablished { wanted.insert(.writable) }
    if wanted == watched { return }
    watched = wanted
    try loop.modify(socket, for: wanted, token: token)
  }

  private func pendingError() -> Signal? {
    do throws(SystemError) {
      return try socket.takeError().map { .errno($0.name) }
    } catch {
      return .errno(error.errno.name)
    }
  }
}
