import CNetlink
import Glibc
import LinuxSystem

/// A change of a link's addresses and routes.
public enum AddressingChange: Sendable, Hashable {
  case add(IPAddress, prefix: Int)
  case remove(IPAddress, prefix: Int)
  /// The default route through a gateway on the link.
  case addDefaultRoute(via: IPAddress)
}

// The operations of ip address and ip route.
extension NetlinkSocket {
  /// Carries out changes of a link's addresses and routes in order, all in one sendmsg(2), which may set the link up
  /// first.
  public func change(_ changes: [AddressingChange], link index: Int32, settingUp: Bool = false) throws(NetlinkError) {
    try perform((settingUp ? [linkRequest(index, up: true)] : []) + requests(for: changes, link: index))
  }

  func requests(for changes: [AddressingChange], link index: Int32) throws(NetlinkError) -> [NetlinkRequest] {
    try changes.map { (change) throws(NetlinkError) in
      switch change {
      case .add(let address, let prefix): try addressRequest(address, prefix: prefix, link: index, adding: true)
      case .remove(let address, let prefix): try addressRequest(address, prefix: prefix, link: index, adding: false)
      case .addDefaultRoute(let gateway): try defaultRouteRequest(via: gateway, link: index)
      }
    }
  }

  public func addAddress(_ address: IPAddress, prefix: Int, toLink index: Int32) throws(NetlinkError) {
    try change([.add(address, prefix: prefix)], link: index)
  }

  /// Adds the default route through `gateway`.
  public func addDefaultRoute(via gateway: IPAddress, link index: Int32) throws(NetlinkError) {
    try change([.addDefaultRoute(via: gateway)], link: index)
  }

  private func addressRequest(
    _ address: IPAddress, prefix: Int, link index: Int32, adding: Bool
  ) throws(NetlinkError) -> NetlinkRequest {
    let operation =
      adding
      ? "add address \(address)/\(prefix) to link \(index)" : "remove address \(address)/\(prefix) from link \(index)"
    guard let object = rtnl_addr_alloc() else { throw NetlinkError(operation, Errno(code: ENOMEM)) }
    defer { rtnl_addr_put(object) }
    rtnl_addr_set_ifindex(object, index)
    address.withLibnl(prefix: prefix) { _ = rtnl_addr_set_local(object, $0) }
    // The address is usable at once: the lab's addresses are unique, so duplicate address detection is skipped.
    if adding, address.family == AF_INET6 { rtnl_addr_set_flags(object, UInt32(IFA_F_NODAD)) }
    return try NetlinkRequest(operation) { message in
      adding
        ? rtnl_addr_build_add_request(object, NLM_F_CREATE | NLM_F_EXCL, message)
        : rtnl_addr_build_delete_request(object, 0, message)
    }
  }

  private func defaultRouteRequest(via gateway: IPAddress, link index: Int32) throws(NetlinkError) -> NetlinkRequest {
    let operation = "add the default route via \(gateway)"
    guard let route = rtnl_route_alloc(), let hop = rtnl_route_nh_alloc() else {
      throw NetlinkError(operation, Errno(code: ENOMEM))
    }
    defer { rtnl_route_put(route) }
    gateway.unspecified.withLibnl(prefix: 0) { _ = rtnl_route_set_dst(route, $0) }
    gateway.withLibnl(prefix: gateway.bytes.count * 8) { rtnl_route_nh_set_gateway(hop, $0) }
    rtnl_route_nh_set_ifindex(hop, index)
    // The route owns its hops.
    rtnl_route_add_nexthop(route, hop)
    return try NetlinkRequest(operation) { rtnl_route_build_add_request(route, NLM_F_CREATE | NLM_F_EXCL, $0) }
  }

  /// How many routes the main table holds through this link, linkdown ones included.
  public func routeCount(throughLink index: Int32) throws(NetlinkError) -> Int {
    let request = try NetlinkRequest("list routes", type: Int32(RTM_GETROUTE), header: rtmsg())
    return try query(request, dump: true).count { message in
      // struct rtmsg: family, dst_len, src_len, tos, table, protocol, scope, type, ... Kernels without
      // CONFIG_IPV6_MULTIPLE_TABLES keep their routes to the host's own addresses and to multicast groups in the main
      // table too.
      message.payload.load(UInt8.self, at: 4) == UInt8(RT_TABLE_MAIN.rawValue)
        && message.payload.load(UInt8.self, at: 7) == UInt8(RTN_UNICAST)
        && message.attributes(skipping: MemoryLayout<rtmsg>.size)[UInt16(RTA_OIF.rawValue)]?.load(Int32.self, at: 0)
          == index
    }
  }

  /// The addresses of a link.
  public func addresses(ofLink index: Int32) throws(NetlinkError) -> [IPAddress] {
    let request = try NetlinkRequest("list addresses", type: Int32(RTM_GETADDR), header: ifaddrmsg())
    return try query(request, dump: true).compactMap { message -> IPAddress? in
      // struct ifaddrmsg: family, prefixlen, flags, scope (u8 each), index (u32).
      guard message.payload.load(Int32.self, at: 4) == index else { return nil }
      let attributes = message.attributes(skipping: MemoryLayout<ifaddrmsg>.size)
      let bytes = attributes[UInt16(IFA_LOCAL)] ?? attributes[UInt16(IFA_ADDRESS)] ?? []
      return [4, 16].contains(bytes.count) ? IPAddress(bytes: Array(bytes)) : nil
    }
  }
}
