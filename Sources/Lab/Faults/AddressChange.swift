import LinuxNetwork
import Model
import Synchronization

/// `address-change`: the client's address is replaced by another one of the same subnet, as after a new DHCP lease.
///
/// One netlink batch. An IPv4 interface that loses its last address loses its routes too (net/ipv4/fib_frontend.c,
/// fib_inetaddr_event), so the default route is set again; an IPv6 interface gets the new address before it loses the
/// old one.
public final class AddressChange: RunningFault {
  private let lab: Lab
  private let baseline = Mutex<(interface: Int32, routes: Int)?>(nil)

  public init(lab: Lab) {
    self.lab = lab
  }

  public var backend: String { "address" }

  public func inject() async throws -> Moment {
    let place = try place()
    let routes = try place.netlink.routeCount(throughLink: place.interface)
    let moment = try replace(place.usual, by: place.spare, at: place)
    baseline.withLock { $0 = (place.interface, routes) }
    return moment
  }

  public func prove(patience _: Duration) async throws -> Proof {
    let place = try place()
    guard let before = baseline.withLock({ $0 }), before.interface == place.interface else { return Proof.checking([]) }
    let addresses = try place.netlink.addresses(ofLink: place.interface)
    let routes = try place.netlink.routeCount(throughLink: place.interface)
    return Proof.checking([
      ("the client has no address \(place.usual)", !addresses.contains(place.usual)),
      ("the client has the address \(place.spare)", addresses.contains(place.spare)),
      ("the client keeps its \(before.routes) routes", routes == before.routes),
    ])
  }

  public func heal() async throws -> Moment {
    let place = try place()
    // A client that was rebooted meanwhile has its usual address.
    guard try place.netlink.addresses(ofLink: place.interface).contains(place.spare) else {
      return Moment.measure {}
    }
    return try replace(place.spare, by: place.usual, at: place)
  }

  /// The client's own TCP may no longer send from that address (IPv4: net/ipv4/route.c, ip_route_output_key_hash_rcu,
  /// EINVAL; what it could not send waits for the probe timer, as without a route), or gets no answers there (IPv6).
  /// The router reports host unreachable only once its neighbour entry has aged.
  static func effect(on connection: ConnectionUnderTest) -> FaultEffect {
    // Only IPv4 routes by the source address; an IPv6 route outlives it (ip6_route_output_flags, net/ipv6/route.c).
    let isRouteGone = connection.observer == .client && connection.topology.family == .ipv4
    return .pathBroken(
      Silence(
        hostUnreachable: false, local: isRouteGone ? .addressGone : .none,
        newConnections: connection.observer == .client ? .readdressed : nil))
  }

  private struct Place {
    let netlink: NetlinkSocket
    let interface: Int32
    let usual, spare: IPAddress
    let gateway: IPAddress?
  }

  private func place() throws -> Place {
    let (cable, side, end) = try lab.trafficEnd(of: .client)
    return Place(
      netlink: try lab.host(.client).netlink, interface: end.interface.index,
      usual: lab.addresses.address(on: cable, side), spare: lab.addresses.spareAddress(on: cable, side),
      gateway: lab.gateway(of: cable, side, host: .client))
  }

  private func replace(_ old: IPAddress, by new: IPAddress, at place: Place) throws -> Moment {
    let prefix = lab.addresses.prefix
    var changes: [AddressingChange]
    switch lab.topology.family {
    case .ipv4:
      changes = [.remove(old, prefix: prefix), .add(new, prefix: prefix)]
      if let gateway = place.gateway { changes.append(.addDefaultRoute(via: gateway)) }
    case .ipv6: changes = [.add(new, prefix: prefix), .remove(old, prefix: prefix)]
    }
    return try Moment.measure { [changes] in try place.netlink.change(changes, link: place.interface) }
  }
}
