import CNetlink
import Glibc

/// An IP address of any family, in network byte order.
public struct IPAddress: Sendable, Hashable, CustomStringConvertible {
  /// 4 or 16 bytes.
  public let bytes: [UInt8]

  public init(bytes: [UInt8]) {
    precondition(bytes.count == 4 || bytes.count == 16, "an address has 4 or 16 bytes")
    self.bytes = bytes
  }

  /// The wildcard address of the same family: `0.0.0.0` or `::`.
  public var unspecified: IPAddress { IPAddress(bytes: Array(repeating: 0, count: bytes.count)) }

  /// The size of the family's header without options: RFC 791, section 3.1; RFC 8200, section 3.
  public var headerSize: Int { bytes.count == 4 ? 20 : 40 }

  /// AF_INET or AF_INET6.
  public var family: Int32 { bytes.count == 4 ? AF_INET : AF_INET6 }

  /// `10.0.2.1` or `fd00::1`.
  public var description: String {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(INET6_ADDRSTRLEN)) { buffer in
      guard inet_ntop(family, bytes, buffer.baseAddress, socklen_t(buffer.count)) != nil, let start = buffer.baseAddress
      else { return "?" }
      return String(cString: start)
    }
  }

  /// libnl's form of the address; it is valid only while the body runs.
  func withLibnl<Result>(prefix: Int, _ body: (OpaquePointer?) -> Result) -> Result {
    let address = nl_addr_build(family, bytes, bytes.count)
    defer { nl_addr_put(address) }
    nl_addr_set_prefixlen(address, Int32(prefix))
    return body(address)
  }
}
