import CNetlink
import Glibc
import LinuxSystem

/// A TCP connection as sock_diag(7) shows it: what ss -tieo prints, without involving the process that owns it.
public struct SocketState: Sendable, Hashable {
  public let localPort: UInt16
  public let remotePort: UInt16
  /// `idiag_timer`: 0 none, 1 retransmission, 2 keepalive, 3 TIME-WAIT, 4 zero-window probe.
  public let timer: Int
  /// `idiag_expires`: milliseconds to the timer's nominal expiry.
  public let timerExpiresInMilliseconds: Int
  public let tcp: TCPState
}

extension NetlinkSocket {
  /// The connections of a `socketDiagnosis` socket's namespace in state ESTABLISHED to CLOSING (no listeners).
  public func tcpConnections(family: Int32) throws(NetlinkError) -> [SocketState] {
    var header = inet_diag_req_v2()
    // States by bit (include/net/tcp_states.h): all but TIME_WAIT (6), CLOSE (7), LISTEN (10), NEW_SYN_RECV (12).
    cnetlink_fill_inet_diag_request(&header, UInt8(family), 0xffff & ~(1 << 6 | 1 << 7 | 1 << 10 | 1 << 12))
    let request = try NetlinkRequest("list TCP connections", type: Int32(SOCK_DIAG_BY_FAMILY), header: header)
    return try query(request, dump: true).compactMap { message in
      let attributes = message.attributes(skipping: MemoryLayout<inet_diag_msg>.size)
      guard let info = attributes[UInt16(INET_DIAG_INFO)] else { return nil }
      // struct inet_diag_msg: family, state, timer, retrans (u8 each), then the local and the remote port in network order.
      return SocketState(
        localPort: UInt16(bigEndian: message.payload.load(UInt16.self, at: 4)),
        remotePort: UInt16(bigEndian: message.payload.load(UInt16.self, at: 6)),
        timer: Int(message.payload.load(UInt8.self, at: 2)),
        // After struct inet_diag_sockid (48 bytes).
        timerExpiresInMilliseconds: Int(message.payload.load(UInt32.self, at: 52)),
        tcp: info.withUnsafeBytes { TCPState(tcpInfo: $0) })
    }
  }
}
