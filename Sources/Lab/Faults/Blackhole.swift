import LinuxNetwork
import Model

/// `blackhole`: frames vanish silently on a cable; carrier stays, nobody is told.
///
/// The `blackhole` qdisc (net/sched/sch_blackhole.c) becomes the root of the egress of the port that faces the
/// receiver. The drop happens behind a redirect, so the sender's TCP is not told of it, as it would be by a qdisc on
/// its own interface.
public struct Blackhole: RunningFault {
  private let lab: Lab
  private let cable: CableName
  private let direction: BlackholeDirection
  private let baseline = Baseline()

  public init(lab: Lab, cable: CableName, direction: BlackholeDirection) {
    self.lab = lab
    self.cable = cable
    self.direction = direction
  }

  public var backend: String { "tc-blackhole" }

  public func inject() async throws -> Moment {
    let ports = try deafEnds().map(\.port.index)
    let moment = try Moment.measure { try lab.wiring.netlink.addBlackholes(links: ports) }
    // After the injection: what arrives from now on has slipped through.
    try baseline.record(try ends())
    return moment
  }

  public func prove(patience _: Duration) async throws -> Proof {
    let ports = try deafEnds().map(\.port)
    let qdiscs = try lab.wiring.netlink.qdiscs().filter { $0.isRoot && $0.kind == "blackhole" }
    let swallowed = qdiscs.filter { qdisc in ports.contains { $0.index == qdisc.index } }.map(\.drops).reduce(0, +)
    return Proof.checking(
      ports.map { port in
        ("blackhole at port \(port.name)", qdiscs.contains { $0.index == port.index })
      }
        + zip(baseline.recorded(), try ends()).map { before, now in
          (
            "\(now.host) receives nothing and keeps its carrier (\(swallowed) frames swallowed)",
            now.link.hasCarrier && now.link.carrierDownCount == before.link.carrierDownCount
              && now.link.receivedPackets == before.link.receivedPackets
          )
        })
  }

  public func heal() async throws -> Moment {
    let ports = try deafEnds().map(\.port.index)
    return try Moment.measure { try lab.wiring.netlink.removeRootQdiscs(links: ports) }
  }

  /// One direction is as bad as both: no answer comes back. Carrier stays, but ARP dies too, and a neighbour that no
  /// longer answers is reported as unreachable once its entry has aged.
  static func effect(of cable: CableName, in topology: Topology) -> FaultEffect {
    cable.carriesTraffic(in: topology) ? .pathBroken(hostUnreachable: false) : .none
  }

  /// The ends that no longer receive.
  private func deafEnds() throws -> [CableEnd] {
    let cable = try lab.cable(cable)
    switch direction {
    case .both: return cable.ends
    case .toServer: return [cable.far]
    case .toClient: return [cable.near]
    }
  }

  private func ends() throws -> [EndState] {
    try deafEnds().map { try EndState(of: $0, in: lab) }
  }
}
