import LinuxNetwork
import Model

/// `blackhole`: frames vanish silently on a cable; carrier stays, and neither side is notified.
///
/// The `blackhole` qdisc (net/sched/sch_blackhole.c) becomes the root of the egress of the port that faces the
/// receiver. The drop happens behind a redirect, so the sender's TCP does not learn of it, as it would from a qdisc on
/// its own interface.
public struct Blackhole: RunningFault {
  private let lab: Lab
  private let cable: CableName
  private let direction: Direction
  private let baseline = EndsBeforeFault()

  public init(lab: Lab, cable: CableName, direction: Direction) {
    self.lab = lab
    self.cable = cable
    self.direction = direction
  }

  public var backend: String { "tc-blackhole" }

  public func inject() async throws -> Moment {
    let moment = try lab.changePorts(of: cable, direction.receivers) { $0.blackholes += 1 }
    // Counted after the injection: frames that arrive from now on have slipped through.
    let cable = try lab.cable(cable)
    try baseline.record(
      try direction.receivers.map { cable[$0] }.filter { lab.hasPower($0.host) }
        .map { try EndState(of: $0, in: lab) })
    return moment
  }

  public func prove(patience _: Duration) async throws -> Proof {
    let ports = try lab.livePorts(of: cable, direction)
    let qdiscs = try lab.wiring.netlink.qdiscs().filter { $0.does(.blackhole) }
    let swallowed = qdiscs.filter { qdisc in ports.contains { $0.index == qdisc.index } }.map(\.drops).reduce(0, +)
    return Proof.checking(
      ports.map { port in
        ("blackhole at port \(port.name)", qdiscs.contains { $0.index == port.index })
      }
        + (try baseline.compared(in: lab)).map { before, now in
          (
            "\(now.host) receives nothing (\(swallowed) frames swallowed)",
            now.link.receivedPackets == before.link.receivedPackets
          )
        })
  }

  public func heal() async throws -> Moment {
    try lab.changePorts(of: cable, direction.receivers) { $0.blackholes -= 1 }
  }

  /// One direction has the same effect as both: no answer comes back. Carrier stays, but ARP fails too, and a neighbour
  /// that no longer answers is reported as unreachable once its entry has aged.
  static func effect(
    of cable: CableName, _ direction: Direction, on connection: ConnectionUnderTest
  ) -> FaultEffect {
    guard cable.carriesTraffic(in: connection.topology) else { return .none }
    return .pathBroken(
      Silence(
        hostUnreachable: false, peerIsHeard: direction.isDeparting(from: connection.observer),
        newConnections: .unresolved))
  }
}
