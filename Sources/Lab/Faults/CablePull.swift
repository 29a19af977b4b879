import LinuxNetwork
import Model
import Synchronization

/// `cable-pull`: both ends lose carrier at once, stay administratively up and keep their routes.
///
/// Both ports in the wiring namespace are set down, so the veth peers in the hosts lose carrier, exactly as a network
/// card does whose cable is unplugged. (Setting a host's own interface down is another event: routes vanish.)
public struct CablePull: RunningFault {
  private let lab: Lab
  private let cable: CableName
  private let baseline = Baseline()

  public init(lab: Lab, cable: CableName) {
    self.lab = lab
    self.cable = cable
  }

  public var backend: String { "carrier" }

  public func inject() async throws -> Moment {
    try baseline.record(try ends())
    return try Moment.measure { try lab.setPorts(up: false, of: [cable]) }
  }

  public func prove(patience _: Duration) async throws -> Proof {
    Proof.checking(
      zip(baseline.recorded(), try ends()).flatMap { before, now in
        [
          (
            "\(now.host) lost carrier", !now.link.hasCarrier && now.link.carrierDownCount > before.link.carrierDownCount
          ),
          ("\(now.host) is administratively up", now.link.isAdministrativelyUp),
          ("\(now.host) keeps its \(before.routes) routes", now.routes == before.routes),
        ]
      })
  }

  public func heal() async throws -> Moment {
    try Moment.measure { try lab.setPorts(up: true, of: [cable]) }
  }

  /// The hosts' and the router's own kernels notice that the neighbour is gone, once they have something to send.
  static func effect(of cable: CableName, in topology: Topology) -> FaultEffect {
    cable.carriesTraffic(in: topology) ? .pathBroken(hostUnreachable: true) : .none
  }

  private func ends() throws -> [EndState] {
    try lab.cable(cable).ends.map { try EndState(of: $0, in: lab) }
  }
}

extension CableName {
  /// Whether the connection between client and server runs over this cable.
  func carriesTraffic(in topology: Topology) -> Bool {
    self != .backup && topology.cables.contains(self)
  }
}

/// A host's end of a cable: its interface and the routes through it.
struct EndState: Sendable, Hashable {
  let host: String
  let link: LinkState
  let routes: Int

  init(of end: CableEnd, in lab: Lab) throws {
    let netlink = try lab.host(end.host).netlink
    host = "\(end.host.rawValue) (\(end.interface.name))"
    link = try netlink.link(end.interface.index)
    routes = try netlink.routeCount(throughLink: end.interface.index)
  }
}

/// The state of ends before an injection, to compare with.
///
/// Empty before an injection, so that a proof that compares with it checks nothing and fails.
final class Baseline: Sendable {
  private let states = Mutex<[EndState]>([])

  func record(_ ends: @autoclosure () throws -> [EndState]) throws {
    let ends = try ends()
    states.withLock { $0 = ends }
  }

  func recorded() -> [EndState] {
    states.withLock { $0 }
  }
}
