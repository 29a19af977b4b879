import CNetlink
import Glibc
import LinuxSystem

/// The queues of a TCP socket as sock_diag(7) shows them: what ss -tal prints as Recv-Q and Send-Q.
public struct SocketQueues: Sendable, Hashable {
  public let localPort: UInt16
  /// 0 for a listener.
  public let remotePort: UInt16
  public let isListener: Bool
  /// `idiag_rqueue`: received bytes that are not read yet; for a listener, connections that wait to be accepted
  /// (net/ipv4/tcp_diag.c, tcp_diag_get_info).
  public let receive: Int
  /// `idiag_wqueue`: bytes that are sent and not acknowledged; for a listener, its backlog.
  public let send: Int
}

extension NetlinkSocket {
  /// The listeners and the connections in state ESTABLISHED to CLOSING of a `socketDiagnosis` socket's namespace.
  public func tcpQueues(family: Int32) throws(NetlinkError) -> [SocketQueues] {
    var header = inet_diag_req_v2()
    // States by bit (include/net/tcp_states.h): all but TIME_WAIT (6), CLOSE (7), NEW_SYN_RECV (12).
    cnetlink_fill_inet_diag_request(&header, UInt8(family), 0xffff & ~(1 << 6 | 1 << 7 | 1 << 12))
    let request = try NetlinkRequest("list TCP queues", type: Int32(SOCK_DIAG_BY_FAMILY), header: header)
    return try query(request, dump: true).map { message in
      // struct inet_diag_msg: family, state, timer, retrans (u8 each), struct inet_diag_sockid (48 bytes, which begins
      // with both ports in network order), expires, rqueue, wqueue (u32 each).
      SocketQueues(
        localPort: UInt16(bigEndian: message.payload.load(UInt16.self, at: 4)),
        remotePort: UInt16(bigEndian: message.payload.load(UInt16.self, at: 6)),
        isListener: message.payload.load(UInt8.self, at: 1) == 10,
        receive: Int(message.payload.load(UInt32.self, at: 56)), send: Int(message.payload.load(UInt32.self, at: 60)))
    }
  }
}
