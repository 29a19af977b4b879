import Glibc

/// An internet address and port, in the form of the socket calls: struct sockaddr_in or sockaddr_in6.
public struct SocketAddress: Sendable, Hashable, CustomStringConvertible {
  /// AF_INET or AF_INET6.
  public let family: Int32
  /// The numeric host: `10.0.2.1` or `fd00::1`.
  public let host: String
  public let port: UInt16
  private let bytes: [UInt8]

  /// Reads a numeric address of either family (inet_pton(3)); nil if `host` is not one. Names are never looked up.
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

  /// Reads a struct sockaddr_in or sockaddr_in6; nil for another family.
  init?(sockaddr: Slice<UnsafeRawBufferPointer>) {
    bytes = Array(sockaddr)
    guard bytes.count >= MemoryLayout<sockaddr_in>.size else { return nil }
    family = Int32(bytes.withUnsafeBytes { $0.loadUnaligned(as: sa_family_t.self) })
    guard family == AF_INET || family == AF_INET6 && bytes.count >= MemoryLayout<sockaddr_in6>.size else { return nil }
    // sin_port and sin6_port lie at the same place: after the family.
    port = bytes.withUnsafeBytes { UInt16(bigEndian: $0.loadUnaligned(fromByteOffset: 2, as: UInt16.self)) }
    let (family, address) = (family, SocketAddress.addressBytes(of: bytes, family: family))
    host = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
      guard inet_ntop(family, address, buffer.baseAddress, socklen_t(buffer.count)) != nil,
        let start = buffer.baseAddress
      else { return "?" }
      return String(cString: start)
    }
  }

  /// The address alone, 4 or 16 bytes in network byte order.
  public var addressBytes: [UInt8] { SocketAddress.addressBytes(of: bytes, family: family) }

  /// It follows family and port in struct sockaddr_in, and also the flow label in sockaddr_in6.
  private static func addressBytes(of bytes: [UInt8], family: Int32) -> [UInt8] {
    family == AF_INET ? Array(bytes[4..<8]) : Array(bytes[8..<24])
  }

  public var description: String { "\(host) port \(port)" }

  func withSockaddr<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    var storage = sockaddr_storage()
    return withUnsafeMutableBytes(of: &storage) { buffer in
      buffer.copyBytes(from: bytes)
      // sockaddr_storage may be read as any sockaddr (RFC 3493, section 3.10).
      return buffer.withMemoryRebound(to: sockaddr.self) { rebound in
        guard let base = rebound.baseAddress else { preconditionFailure("a local variable has an address") }
        return body(base, socklen_t(bytes.count))
      }
    }
  }
}
