import CLinux
import Glibc

// rtnetlink(7) without a library: the endpoint starts in milliseconds, and loading libnl would cost it two more.

/// The kernel's announcements about the calling thread's network namespace: a subscribed NETLINK_ROUTE socket.
public final class RouteNotifications: Sendable {
  public enum Group: Sendable, Hashable {
    /// RTNLGRP_LINK.
    case links
    /// RTNLGRP_IPV4_IFADDR or RTNLGRP_IPV6_IFADDR.
    case addresses(Int32)
    /// RTNLGRP_IPV4_ROUTE or RTNLGRP_IPV6_ROUTE.
    case routes(Int32)
  }

  /// A link's state as announced.
  public struct LinkChange: Sendable, Hashable {
    public let interface: Int32
    /// IFF_RUNNING and IFF_LOWER_UP; an interface that is administratively down has neither.
    public let hasCarrier: Bool
  }

  /// Readable when something was announced.
  public let descriptor: OwnedDescriptor

  public init(_ groups: [Group]) throws(SystemError) {
    let mask = groups.reduce(UInt32(0)) { mask, group in
      switch group {
      case .links: mask | clinux_rtmgrp_link
      case .addresses(let family): mask | (family == AF_INET ? clinux_rtmgrp_ipv4_ifaddr : clinux_rtmgrp_ipv6_ifaddr)
      case .routes(let family): mask | (family == AF_INET ? clinux_rtmgrp_ipv4_route : clinux_rtmgrp_ipv6_route)
      }
    }
    descriptor = OwnedDescriptor(owning: try systemCall("open NETLINK_ROUTE") { clinux_netlink_open(mask) })
  }

  /// Takes the oldest announcement and returns the changed links in order, a link that is gone as one without carrier;
  /// nil if none is waiting.
  ///
  /// - Throws: with errno ENOBUFS if announcements were lost (netlink(7)).
  public func next() throws(SystemError) -> [LinkChange]? {
    let netlink = descriptor.raw
    let capacity = 64
    var changes = [clinux_link_change](repeating: clinux_link_change(), count: capacity)
    do throws(SystemError) {
      let count = try systemCall("read NETLINK_ROUTE") { clinux_netlink_read_links(netlink, &changes, capacity) }
      return changes[..<count].map { LinkChange(interface: $0.interface, hasCarrier: $0.has_carrier != 0) }
    } catch {
      if error.errno == .wouldBlock { return nil }
      throw error
    }
  }
}

/// Asks the kernel about routes and links of the calling thread's network namespace: NETLINK_ROUTE, one synchronous
/// request at a time.
public final class RouteQuery: Sendable {
  private let descriptor: OwnedDescriptor

  public init() throws(SystemError) {
    descriptor = OwnedDescriptor(owning: try systemCall("open NETLINK_ROUTE") { clinux_netlink_open(0) })
  }

  /// RTM_GETROUTE: the index of the interface through which packets from `source` to `destination` leave.
  ///
  /// - Throws: with the errno with which sending would fail: ENETUNREACH or EHOSTUNREACH if there is no route, EINVAL
  ///   if an IPv4 source is not this host's own.
  public func interface(to destination: SocketAddress, from source: SocketAddress) throws(SystemError) -> Int32 {
    let netlink = descriptor.raw
    var interface: Int32 = 0
    try systemCall("look up the route to \(destination.host)") {
      clinux_netlink_route(
        netlink, destination.family, destination.addressBytes, source.addressBytes, &interface)
    }
    return interface
  }

  /// RTM_GETLINK: whether the interface has a carrier.
  public func hasCarrier(_ interface: Int32) throws(SystemError) -> Bool {
    let netlink = descriptor.raw
    var change = clinux_link_change()
    try systemCall("look up interface \(interface)") { clinux_netlink_link(netlink, interface, &change) }
    return change.has_carrier != 0
  }

  /// Waits until any change of links that is under way is complete: RTM_GETLINK takes the lock (RTNL) under which links
  /// change, so the kernel answers only then (net/core/rtnetlink.c, rtnetlink_rcv_msg).
  public func awaitChange() throws(SystemError) {
    // Every namespace's first interface is its loopback.
    _ = try hasCarrier(1)
  }
}
