import LinuxNetwork
import LinuxSystem
import Model

/// `router-restart`: the router loses power, and with it all state: forwarding, routes, neighbours, conntrack.
///
/// Its cables lose carrier at t0 and its namespace is destroyed; a fresh one with new devices takes its place at the
/// heal. The hosts keep their own state, as they do when a real router restarts.
public struct RouterRestart: RunningFault {
  private let lab: Lab
  private let baseline = Baseline()

  public init(lab: Lab) {
    self.lab = lab
  }

  public var backend: String { "namespace-rebuild" }

  public func inject() async throws -> Moment {
    try baseline.record(try hostEnds())
    return try lab.powerOffRouter()
  }

  public func prove(patience _: Duration) async throws -> Proof {
    Proof.checking(
      [("the router is gone", !lab.hasRouter)]
        + zip(baseline.recorded(), try hostEnds()).map { before, now in
          (
            "\(now.host) lost carrier and is administratively up",
            !now.link.hasCarrier && now.link.carrierDownCount > before.link.carrierDownCount
              && now.link.isAdministrativelyUp
          )
        })
  }

  public func heal() async throws -> Moment {
    let lab = lab
    return try await DedicatedThread.run { try lab.powerOnRouter() }
  }

  static func effect(in topology: Topology) -> FaultEffect {
    topology.path == .routed ? .pathBroken(hostUnreachable: true) : .none
  }

  /// The ends of the router's cables at the hosts.
  private func hostEnds() throws -> [EndState] {
    try lab.topology.cables.flatMap { try lab.cable($0).ends }.filter { $0.host != .router }
      .map { try EndState(of: $0, in: lab) }
  }
}
