import CLinux
import Glibc

/// TCP and UDP sockets over IPv4 and IPv6: non-blocking, and closed on exec.
public enum Sockets {
  /// socket(2): an unconnected TCP socket of the given family.
  public static func tcp(family: Int32) throws(SystemError) -> OwnedDescriptor {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    return OwnedDescriptor(owning: try systemCall("socket") { socket(family, type, 0) })
  }

  /// socket(2): a UDP socket of the given family, bound to nothing.
  public static func udp(family: Int32) throws(SystemError) -> OwnedDescriptor {
    let type = Int32(SOCK_DGRAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    return OwnedDescriptor(owning: try systemCall("socket") { socket(family, type, 0) })
  }

  /// A TCP socket that listens on `address` (SO_REUSEADDR set); port 0 picks a free one.
  ///
  /// - Parameters:
  ///   - backlog: how many connections may wait to be accepted; the kernel cuts it to net.core.somaxconn.
  ///   - receiveBuffer: SO_RCVBUF in bytes, inherited by accepted connections; nil leaves the kernel's default.
  public static func listen(
    on address: SocketAddress, backlog: Int = Int(SOMAXCONN), receiveBuffer: Int? = nil
  ) throws(SystemError) -> OwnedDescriptor {
    let listener = try tcp(family: address.family)
    let descriptor = listener.raw
    try listener.setOption(.reuseAddress, to: 1)
    if let receiveBuffer { try listener.setOption(.receiveBuffer, to: receiveBuffer) }
    try systemCall("bind to \(address)") { address.withSockaddr { bind(descriptor, $0, $1) } }
    try systemCall("listen on \(address)") { Glibc.listen(descriptor, Int32(clamping: backlog)) }
    return listener
  }
}

extension OwnedDescriptor {
  /// Starts connect(2): the socket becomes writable when it is connected, and reports an error when it cannot connect.
  public borrowing func startConnecting(to address: SocketAddress) throws(SystemError) {
    let descriptor = raw
    do throws(SystemError) {
      try systemCall("connect to \(address)") { address.withSockaddr { connect(descriptor, $0, $1) } }
    } catch {
      if error.errno != .inProgress { throw error }
    }
  }

  /// accept4(2): the next connection, non-blocking; nil if none is waiting.
  public borrowing func accept() throws(SystemError) -> OwnedDescriptor? {
    let descriptor = raw
    do throws(SystemError) {
      return OwnedDescriptor(owning: try systemCall("accept4") { clinux_accept(descriptor) })
    } catch {
      if error.errno == .wouldBlock { return nil }
      throw error
    }
  }

  /// getsockname(2): the port on this side.
  public borrowing func localPort() throws(SystemError) -> UInt16 { try localAddress().port }

  /// getsockname(2): the address and port on this side.
  public borrowing func localAddress() throws(SystemError) -> SocketAddress {
    let descriptor = raw
    return try SocketAddress.filled(by: "getsockname") { getsockname(descriptor, $0, $1) }
  }

  /// getpeername(2): the address and port on the other side.
  public borrowing func peerAddress() throws(SystemError) -> SocketAddress {
    let descriptor = raw
    return try SocketAddress.filled(by: "getpeername") { getpeername(descriptor, $0, $1) }
  }
}

extension SocketAddress {
  /// The address that a system call returns.
  fileprivate static func filled(
    by name: String, _ call: (UnsafeMutablePointer<sockaddr>?, UnsafeMutablePointer<socklen_t>) -> Int32
  ) throws(SystemError) -> SocketAddress {
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    try systemCall(name) {
      withUnsafeMutableBytes(of: &storage) { buffer in
        buffer.withMemoryRebound(to: sockaddr.self) { call($0.baseAddress, &size) }
      }
    }
    guard let address = withUnsafeBytes(of: storage, { SocketAddress(sockaddr: $0.prefix(Int(size))) }) else {
      throw SystemError(name, .invalid)
    }
    return address
  }
}
