import CLinux
import Glibc

/// TCP sockets over IPv4 and IPv6: non-blocking, and closed on exec.
public enum Sockets {
  /// socket(2): an unconnected TCP socket of the given family.
  public static func tcp(family: Int32) throws(SystemError) -> OwnedDescriptor {
    let type = Int32(SOCK_STREAM.rawValue | SOCK_NONBLOCK.rawValue | SOCK_CLOEXEC.rawValue)
    return OwnedDescriptor(owning: try systemCall("socket") { socket(family, type, 0) })
  }

  /// A TCP socket that listens on `address` (SO_REUSEADDR set); port 0 takes a free one.
  public static func listen(on address: SocketAddress) throws(SystemError) -> OwnedDescriptor {
    let listener = try tcp(family: address.family)
    let descriptor = listener.raw
    try listener.setOption(.reuseAddress, to: 1)
    try systemCall("bind to \(address)") { address.withSockaddr { bind(descriptor, $0, $1) } }
    try systemCall("listen on \(address)") { Glibc.listen(descriptor, SOMAXCONN) }
    return listener
  }
}

extension OwnedDescriptor {
  /// connect(2), begun: the socket gets writable when it is connected, and in error when it cannot be.
  public borrowing func startConnecting(to address: SocketAddress) throws(SystemError) {
    let descriptor = raw
    do throws(SystemError) {
      try systemCall("connect to \(address)") { address.withSockaddr { connect(descriptor, $0, $1) } }
    } catch {
      if error.errno != .inProgress { throw error }
    }
  }

  /// accept4(2): the next connection, non-blocking; nil if none waits.
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
  public borrowing func localPort() throws(SystemError) -> UInt16 {
    let descriptor = raw
    var storage = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    try systemCall("getsockname") {
      withUnsafeMutableBytes(of: &storage) { buffer in
        buffer.withMemoryRebound(to: sockaddr.self) { getsockname(descriptor, $0.baseAddress, &size) }
      }
    }
    // sin_port and sin6_port lie at the same place: after the family.
    return withUnsafeBytes(of: storage) {
      UInt16(bigEndian: $0.loadUnaligned(fromByteOffset: MemoryLayout<sa_family_t>.size, as: UInt16.self))
    }
  }
}
