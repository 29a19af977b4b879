import Glibc

/// An internet address and port, as the socket calls take them: struct sockaddr_in or sockaddr_in6.
public struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
  /// AF_INET or AF_INET6.
  public let family: Int32
  /// The numeric host: `10.0.2.1` or `fd00::1`.
  public let host: String
  public let port: UInt16
  private let bytes: [UInt8]

  /// Reads a numeric address of either family (inet_pton(3)); nil if `host` is none. Names are never looked up.
  public init?(host: String, port: UInt16) {
    self.host = host
    self.port = port
    var four = sockaddr_in()
    var six = sockaddr_in6()
    if inet_pton(AF_INET, host, &four.sin_addr) == 1 {
      family = AF_INET
      four.sin_family = sa_family_t(AF_INET)
      four.sin_port = port.bigEndian
      bytes = withUnsafeBytes(of: four) { Array($0) }
    } else if inet_pton(AF_INET6, host, &six.sin6_addr) == 1 {
      family = AF_INET6
      six.sin6_family = sa_family_t(AF_INET6)
      six.sin6_port = port.bigEndian
      bytes = withUnsafeBytes(of: six) { Array($0) }
    } else {
      return nil
    }
  }

  public var description: String { "\(host) port \(port)" }

  func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    var storage = sockaddr_storage()
    return withUnsafeMutableBytes(of: &storage) { buffer in
      buffer.copyBytes(from: bytes)
      // sockaddr_storage is made to be read as any sockaddr (RFC 3493, section 3.10).
      return buffer.withMemoryRebound(to: sockaddr.self) { rebound in
        guard let base = rebound.baseAddress else { preconditionFailure("a local variable has an address") }
        return body(base, socklen_t(bytes.count))
      }
    }
  }
}
