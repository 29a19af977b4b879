import LinuxNetwork
import Model
import Synchronization

/// A host's end of a cable: its interface and the routes through it.
struct EndState: Sendable, Hashable {
  let end: CableEnd
  let link: LinkState
  let routes: Int

  init(of end: CableEnd, in lab: Lab) throws {
    let netlink = try lab.host(end.host).netlink
    self.end = end
    link = try netlink.link(end.interface.index)
    routes = try netlink.routeCount(throughLink: end.interface.index)
  }

  var host: String { "\(end.host.rawValue) (\(end.interface.name))" }

  /// The kernel's count of carrier losses once the carrier is lost, if it was not lost already.
  var downCountAfterLoss: UInt32 { link.carrierDownCount + (link.hasCarrier ? 1 : 0) }
}

/// The state of the ends before an injection, for comparison.
///
/// Empty before an injection, so that a proof that compares with it has nothing to check and fails.
final class EndsBeforeFault: Sendable {
  private let states = Mutex<[EndState]>([])

  func record(_ ends: @autoclosure () throws -> [EndState]) throws {
    let ends = try ends()
    states.withLock { $0 = ends }
  }

  /// The recorded ends that still exist, each with its present state. Ends of a host without power are left out.
  func compared(in lab: Lab) throws -> [(before: EndState, now: EndState)] {
    try states.withLock { $0 }.filter { lab.hasPower($0.end.host) && lab.has($0.end) }
      .map { ($0, try EndState(of: $0.end, in: lab)) }
  }
}

extension Lab {
  /// Whether this end still belongs to a cable: its host has not been rebooted since.
  func has(_ end: CableEnd) -> Bool {
    topology.cables.contains { name in (try? cable(name).ends.contains(end)) ?? false }
  }

  /// Remembers that a fault has set a host's own interface down, or up again.
  func noteInterface(_ interface: Device, isDown: Bool) {
    state.withLock { state in
      if isDown { state.interfacesDown.insert(interface) } else { state.interfacesDown.remove(interface) }
    }
  }

  /// Whether a fault has set a host's own interface down.
  func isSetDown(_ interface: Device) -> Bool { state.withLock { $0.interfacesDown.contains(interface) } }

  /// A host's end of the cable over which client and server speak.
  func trafficEnd(of host: Observer) throws -> (cable: CableName, side: AddressPlan.End, end: CableEnd) {
    let name: CableName = host == .client && topology.path.hasRouter ? .client : .server
    let side: AddressPlan.End = host == .client ? .near : .far
    return (name, side, try cable(name)[side])
  }
}

extension Observer {
  var hostName: HostName {
    switch self {
    case .client: .client
    case .server: .server
    }
  }

}

extension CableName {
  /// Whether the connection between client and server runs over this cable.
  func carriesTraffic(in topology: Topology) -> Bool {
    self != .backup && topology.cables.contains(self)
  }

  /// Whether one of the cable's ends is at this host.
  func ends(at observer: Observer, in topology: Topology) -> Bool {
    let hosts = Cable.hosts(of: self, path: topology.path)
    return [hosts.near, hosts.far].contains(observer.hostName)
  }
}

extension Topology {
  /// Whether a "host unreachable" report undoes a step of RTO backoff (RFC 6069).
  ///
  /// ICMP host unreachable does (net/ipv4/tcp_ipv4.c, tcp_v4_err). Of ICMPv6 only `no route` does (net/ipv6/tcp_ipv6.c,
  /// tcp_v6_err), and a neighbour that does not answer is reported as `address unreachable` (net/ipv6/route.c,
  /// ip6_link_failure): there it only becomes the socket's soft error.
  var undoesBackoffOfUnreachableHosts: Bool { family == .ipv4 }
}
