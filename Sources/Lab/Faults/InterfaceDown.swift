import LinuxNetwork
import Model
import Synchronization

/// `interface-down`: a host's own interface is set down, as by `ip link set down`: carrier and routes are gone, and its
/// IPv6 addresses too (net/ipv6/addrconf.c, addrconf_ifdown). The heal sets it up and restores its routes and
/// addresses.
public final class InterfaceDown: RunningFault {
  private let lab: Lab
  private let host: Observer
  private let baseline = EndsBeforeFault()
  private let addresses = Mutex<[IPAddress]>([])

  public init(lab: Lab, host: Observer) {
    self.lab = lab
    self.host = host
  }

  public var backend: String { "link-down" }

  public func inject() async throws -> Moment {
    let end = try lab.trafficEnd(of: host).end
    let netlink = try lab.host(end.host).netlink
    try baseline.record([try EndState(of: end, in: lab)])
    let had = try netlink.addresses(ofLink: end.interface.index)
    addresses.withLock { $0 = had }
    let moment = try Moment.measure { try netlink.setUp(false, [end.interface.index]) }
    lab.noteInterface(end.interface, isDown: true)
    return moment
  }

  public func prove(patience _: Duration) async throws -> Proof {
    Proof.checking(
      try baseline.compared(in: lab).flatMap { before, now in
        [
          ("\(now.host) is administratively down", !now.link.isAdministrativelyUp),
          ("\(now.host) has no carrier", !now.link.hasCarrier),
          ("the \(before.routes) routes through \(now.host) are gone", before.routes > 0 && now.routes == 0),
        ]
      })
  }

  public func heal() async throws -> Moment {
    let (cable, side, end) = try lab.trafficEnd(of: host)
    let netlink = try lab.host(end.host).netlink
    // A host that was rebooted meanwhile has all of them.
    guard try !netlink.link(end.interface.index).isAdministrativelyUp else { return Moment.measure {} }
    let kept = try netlink.addresses(ofLink: end.interface.index)
    var changes = addresses.withLock { $0 }.filter { !kept.contains($0) }
      .map { AddressingChange.add($0, prefix: lab.addresses.prefix) }
    if let gateway = lab.gateway(of: cable, side, host: end.host) { changes.append(.addDefaultRoute(via: gateway)) }
    let moment = try Moment.measure { [changes] in
      try netlink.change(changes, link: end.interface.index, settingUp: true)
    }
    lab.noteInterface(end.interface, isDown: false)
    return moment
  }

  /// The host's own TCP finds no route, but gets no ICMP message about it, so its backoff goes on. Its retransmissions
  /// of data in flight fail (net/ipv4/tcp_output.c, tcp_retransmit_skb); data that it could not send at all waits for
  /// the probe timer, as behind a zero window (tcp_write_xmit, tcp_check_probe_timer). For the other side, the path is
  /// silent: the far end of the cable keeps its carrier, and a neighbour that no longer answers is reported only once
  /// its entry has aged.
  static func effect(of host: Observer, on connection: ConnectionUnderTest) -> FaultEffect {
    .pathBroken(
      Silence(
        hostUnreachable: false, local: connection.observer == host ? .interfaceDown : .none,
        newConnections: .unresolved))
  }
}
