import CNetlink
import Glibc
import LinuxSystem

/// One end of a veth pair.
public struct VethEnd: Sendable {
  /// At most 15 bytes.
  public let name: String
  /// Chosen by the caller. The two ends' indexes must differ: linkwatch treats a link with iflink == ifindex as having
  /// no lower device, and delays its carrier changes (net/core/link_watch.c, linkwatch_urgent_event).
  public let index: Int32
  public let namespace: NetworkNamespace
  /// Six bytes; nil: the kernel picks a random one.
  public let macAddress: [UInt8]?

  public init(name: String, index: Int32, namespace: NetworkNamespace, macAddress: [UInt8]? = nil) {
    self.name = name
    self.index = index
    self.namespace = namespace
    self.macAddress = macAddress
  }
}

/// A link as the kernel reports it.
public struct LinkState: Sendable, Hashable {
  public let name: String
  public let index: Int32
  /// IFF_UP: the administrator wants it up.
  public let isAdministrativelyUp: Bool
  /// IFLA_CARRIER: the cable is plugged in.
  public let hasCarrier: Bool
  /// IFLA_OPERSTATE is UP (6, RFC 2863): ready to carry packets.
  public let isOperational: Bool
  /// IFLA_CARRIER_DOWN_COUNT: how often the carrier was lost since the link was created.
  public let carrierDownCount: UInt32
  public let transmittedPackets: UInt64
  public let receivedPackets: UInt64
  /// Counted from the Ethernet header on.
  public let transmittedBytes: UInt64
  public let receivedBytes: UInt64
}

// The operations of ip link.
extension NetlinkSocket {
  /// Creates a veth pair directly in its ends' namespaces; `main` is set up at once (IFF_UP), its peer is not.
  public func addVeth(main: VethEnd, peer: VethEnd) throws(NetlinkError) {
    try perform([vethRequest(main: main, peer: peer)])
  }

  /// Creates a veth pair as `addVeth` does, and makes its main end a host's interface: forwarding or not, with its
  /// addresses and routes; all in one sendmsg(2).
  public func addInterface(
    main: VethEnd, peer: VethEnd, forwarding: Bool, _ changes: [AddressingChange]
  ) throws(NetlinkError) {
    try perform(
      [vethRequest(main: main, peer: peer), configurationRequest(main.index, forwarding: forwarding)]
        + requests(for: changes, link: main.index))
  }

  private func vethRequest(main: VethEnd, peer: VethEnd) throws(NetlinkError) -> NetlinkRequest {
    let operation = "add veth pair \(main.name) (index \(main.index)) and \(peer.name) (index \(peer.index))"
    guard let link = rtnl_link_veth_alloc() else { throw NetlinkError(operation, Errno(code: ENOMEM)) }
    defer { rtnl_link_put(link) }
    // This takes a reference of its own, which must be released.
    guard let peerLink = rtnl_link_veth_get_peer(link) else { throw NetlinkError(operation, Errno(code: ENOMEM)) }
    defer { rtnl_link_put(peerLink) }
    for (object, end) in [(link, main), (peerLink, peer)] {
      rtnl_link_set_name(object, end.name)
      rtnl_link_set_ifindex(object, end.index)
      rtnl_link_set_ns_fd(object, end.namespace.rawDescriptor)
      if let mac = end.macAddress, let address = nl_addr_build(AF_LLC, mac, mac.count) {
        rtnl_link_set_addr(object, address)
        nl_addr_put(address)
      }
      rtnl_link_set_num_tx_queues(object, 1)
      rtnl_link_set_num_rx_queues(object, 1)
    }
    rtnl_link_set_flags(link, UInt32(IFF_UP))
    return try NetlinkRequest(operation) { rtnl_link_build_add_request(link, NLM_F_CREATE | NLM_F_EXCL, $0) }
  }

  /// Sets links administratively up or down, all in one sendmsg(2).
  public func setUp(_ up: Bool, _ indexes: [Int32]) throws(NetlinkError) {
    try change(indexes.map { LinkChange(index: $0, up: up) })
  }

  func linkRequest(_ index: Int32, up: Bool) throws(NetlinkError) -> NetlinkRequest {
    let header = ifinfomsg(
      ifi_family: UInt8(AF_UNSPEC), __ifi_pad: 0, ifi_type: 0, ifi_index: index,
      ifi_flags: up ? UInt32(IFF_UP) : 0, ifi_change: UInt32(IFF_UP))
    return try NetlinkRequest("set link \(index) \(up ? "up" : "down")", type: Int32(RTM_NEWLINK), header: header)
  }

  /// Turns on IPv4 forwarding for packets that come in at this link, and turns off automatic IPv6 addresses: without an
  /// address, the link sends nothing by itself.
  public func configure(link index: Int32, forwarding: Bool) throws(NetlinkError) {
    try perform([configurationRequest(index, forwarding: forwarding)])
  }

  func configurationRequest(_ index: Int32, forwarding: Bool) throws(NetlinkError) -> NetlinkRequest {
    let operation = "configure link \(index)"
    guard let change = rtnl_link_alloc() else { throw NetlinkError(operation, Errno(code: ENOMEM)) }
    defer { rtnl_link_put(change) }
    rtnl_link_set_ifindex(change, index)
    if forwarding { rtnl_link_inet_set_conf(change, UInt32(IPV4_DEVCONF_FORWARDING), 1) }
    rtnl_link_inet6_set_addr_gen_mode(change, UInt8(IN6_ADDR_GEN_MODE_NONE.rawValue))
    return try NetlinkRequest(operation) { rtnl_link_build_change_request(change, change, 0, $0) }
  }

  /// The state of one link.
  public func link(_ index: Int32) throws(NetlinkError) -> LinkState {
    let header = ifinfomsg(
      ifi_family: UInt8(AF_UNSPEC), __ifi_pad: 0, ifi_type: 0, ifi_index: index, ifi_flags: 0, ifi_change: 0)
    let request = try NetlinkRequest("read the state of link \(index)", type: Int32(RTM_GETLINK), header: header)
    guard let state = try query(request, dump: false).compactMap(LinkState.init(message:)).first else {
      throw NetlinkError(request.operation, .notFound)
    }
    return state
  }

  /// All links of the namespace.
  public func links() throws(NetlinkError) -> [LinkState] {
    let request = try NetlinkRequest("list links", type: Int32(RTM_GETLINK), header: ifinfomsg())
    return try query(request, dump: true).compactMap(LinkState.init(message:))
  }
}

extension LinkState {
  /// nil for messages other than RTM_NEWLINK.
  init?(message: NetlinkMessage) {
    guard message.type == UInt16(RTM_NEWLINK) else { return nil }
    let attributes = message.attributes(skipping: MemoryLayout<ifinfomsg>.size)
    index = message.payload.load(Int32.self, at: 4)
    isAdministrativelyUp = message.payload.load(UInt32.self, at: 8) & UInt32(IFF_UP) != 0
    name = attributes[UInt16(IFLA_IFNAME)]?.text ?? ""
    hasCarrier = attributes[UInt16(IFLA_CARRIER)]?.first == 1
    isOperational = attributes[UInt16(IFLA_OPERSTATE)]?.first == 6
    carrierDownCount = attributes[UInt16(IFLA_CARRIER_DOWN_COUNT)]?.load(UInt32.self, at: 0) ?? 0
    // struct rtnl_link_stats64: rx_packets, tx_packets, rx_bytes, tx_bytes, ...
    let statistics = attributes[UInt16(IFLA_STATS64)]
    receivedPackets = statistics?.load(UInt64.self, at: 0) ?? 0
    transmittedPackets = statistics?.load(UInt64.self, at: 8) ?? 0
    receivedBytes = statistics?.load(UInt64.self, at: 16) ?? 0
    transmittedBytes = statistics?.load(UInt64.self, at: 24) ?? 0
  }
}
