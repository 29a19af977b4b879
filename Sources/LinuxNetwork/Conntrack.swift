import CNetlink
import Glibc
import LinuxSystem

/// A connection that the kernel tracks: conntrack -L, nf_conntrack_netlink.
public struct TrackedConnection: Sendable, Hashable {
  /// One direction of a tracked connection, as its packets look on arrival.
  public struct Tuple: Sendable, Hashable {
    public let source: IPAddress
    public let destination: IPAddress
    public let sourcePort: UInt16
    public let destinationPort: UInt16
    /// IPPROTO_TCP, IPPROTO_UDP, ...
    public let transport: UInt8
  }

  public let original: Tuple
  /// The direction of the answers: if addresses are translated, its destination is the translator.
  public let reply: Tuple
  /// The time left until the kernel forgets the connection, unless a packet passes.
  public let secondsLeft: UInt32
  /// CTA_TUPLE_ORIG as the kernel sent it; requests identify the connection by it.
  fileprivate let key: [UInt8]
}

// The operations of conntrack(8), for `netfilter` sockets.
extension NetlinkSocket {
  /// All tracked connections of the namespace.
  ///
  /// - Parameter family: AF_INET or AF_INET6.
  public func trackedConnections(family: Int32) throws(NetlinkError) -> [TrackedConnection] {
    let request = try NetlinkRequest(
      "list tracked connections", type: Self.conntrack(IPCTNL_MSG_CT_GET.rawValue), header: nfgenmsg(family: family))
    return try query(request, dump: true).compactMap { message in
      let attributes = message.attributes(skipping: MemoryLayout<nfgenmsg>.size)
      guard let key = attributes[UInt16(CTA_TUPLE_ORIG.rawValue)], let original = TrackedConnection.Tuple(key),
        let reply = attributes[UInt16(CTA_TUPLE_REPLY.rawValue)].flatMap(TrackedConnection.Tuple.init)
      else { return nil }
      return TrackedConnection(
        original: original, reply: reply,
        secondsLeft: UInt32(bigEndian: attributes[UInt16(CTA_TIMEOUT.rawValue)]?.load(UInt32.self, at: 0) ?? 0),
        key: Array(key))
    }
  }

  /// Forgets all connections of the namespace, in one message.
  public func flushTrackedConnections() throws(NetlinkError) {
    try perform([
      try NetlinkRequest(
        "flush tracked connections", type: Self.conntrack(IPCTNL_MSG_CT_DELETE.rawValue),
        header: nfgenmsg(family: AF_UNSPEC))
    ])
  }

  /// A change of a tracked connection.
  public enum TrackingChange: Sendable {
    case forget
    /// The kernel forgets it in that many seconds, unless a packet passes before.
    case expire(seconds: UInt32)
  }

  /// Changes tracked connections, all in one sendmsg(2). A connection that is gone already is not an error, and hides
  /// no error of the others.
  public func changeTracking(
    _ changes: [(connection: TrackedConnection, change: TrackingChange)], family: Int32
  ) throws(NetlinkError) {
    var requests: [NetlinkRequest] = []
    for (connection, change) in changes {
      let name = "\(connection.original.source) port \(connection.original.sourcePort)"
      let request: NetlinkRequest
      switch change {
      case .forget:
        request = try NetlinkRequest(
          "forget the tracked connection of \(name)", type: Self.conntrack(IPCTNL_MSG_CT_DELETE.rawValue),
          header: nfgenmsg(family: family))
      case .expire:
        // Without NLM_F_CREATE, this changes an existing connection (ctnetlink_new_conntrack).
        request = try NetlinkRequest(
          "let the tracked connection of \(name) expire", type: Self.conntrack(IPCTNL_MSG_CT_NEW.rawValue),
          header: nfgenmsg(family: family))
      }
      try request.putNested(Int(CTA_TUPLE_ORIG.rawValue), connection.key)
      if case .expire(let seconds) = change { try request.put(Int(CTA_TIMEOUT.rawValue), bigEndian: seconds) }
      requests.append(request)
    }
    try perform(requests, tolerating: [.notFound])
  }

  private static func conntrack(_ message: UInt32) -> Int32 { NFNL_SUBSYS_CTNETLINK << 8 | Int32(message) }
}

extension TrackedConnection.Tuple {
  /// Decodes CTA_TUPLE_ORIG or CTA_TUPLE_REPLY; nil for transports without ports.
  fileprivate init?(_ bytes: ArraySlice<UInt8>) {
    let parts = NetlinkMessage.attributes(in: bytes)
    let addresses = NetlinkMessage.attributes(in: parts[UInt16(CTA_TUPLE_IP.rawValue)] ?? [])
    let ports = NetlinkMessage.attributes(in: parts[UInt16(CTA_TUPLE_PROTO.rawValue)] ?? [])
    guard
      let source = addresses[UInt16(CTA_IP_V4_SRC.rawValue)] ?? addresses[UInt16(CTA_IP_V6_SRC.rawValue)],
      let destination = addresses[UInt16(CTA_IP_V4_DST.rawValue)] ?? addresses[UInt16(CTA_IP_V6_DST.rawValue)],
      [4, 16].contains(source.count), [4, 16].contains(destination.count),
      let sourcePort = ports[UInt16(CTA_PROTO_SRC_PORT.rawValue)],
      let destinationPort = ports[UInt16(CTA_PROTO_DST_PORT.rawValue)]
    else { return nil }
    self.source = IPAddress(bytes: Array(source))
    self.destination = IPAddress(bytes: Array(destination))
    self.sourcePort = UInt16(bigEndian: sourcePort.load(UInt16.self, at: 0))
    self.destinationPort = UInt16(bigEndian: destinationPort.load(UInt16.self, at: 0))
    transport = ports[UInt16(CTA_PROTO_NUM.rawValue)]?.first ?? 0
  }
}
