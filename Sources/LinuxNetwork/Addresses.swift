import CNetlink
import Glibc
import LinuxSystem

// ip address, ip route: the verbs.
extension NetlinkSocket {
  public func addAddress(_ address: IPAddress, prefix: Int, toLink index: Int32) throws(NetlinkError) {
    let operation = "add address \(address)/\(prefix) to link \(index)"
    guard let object = rtnl_addr_alloc() else { throw NetlinkError(operation, Errno(code: ENOMEM)) }
    defer { rtnl_addr_put(object) }
    rtnl_addr_set_ifindex(object, index)
    address.withLibnl(prefix: prefix) { _ = rtnl_addr_set_local(object, $0) }
    try perform([NetlinkRequest(operation) { rtnl_addr_build_add_request(object, NLM_F_CREATE | NLM_F_EXCL, $0) }])
  }

  /// Adds the route of last resort through `gateway`.
  public func addDefaultRoute(via gateway: IPAddress, link index: Int32) throws(NetlinkError) {
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
    try perform([NetlinkRequest(operation) { rtnl_route_build_add_request(route, NLM_F_CREATE | NLM_F_EXCL, $0) }])
  }

  /// How many routes the main table holds through this link, linkdown ones included.
  public func routeCount(throughLink index: Int32) throws(NetlinkError) -> Int {
    let request = try NetlinkRequest("list routes", type: Int32(RTM_GETROUTE), header: rtmsg())
    return try query(request, dump: true).count { message in
      // struct rtmsg: family, dst_len, src_len, tos, table, ...
      message.payload.load(UInt8.self, at: 4) == UInt8(RT_TABLE_MAIN.rawValue)
        && message.attributes(skipping: MemoryLayout<rtmsg>.size)[UInt16(RTA_OIF.rawValue)]?.load(Int32.self, at: 0)
          == index
    }
  }
}
