import LinuxNetwork
import Model
import Synchronization

/// `impair`: a cable delays, loses, duplicates, reorders, corrupts or throttles frames, replacing its former
/// impairment.
///
/// netem, or a token bucket for a bare rate, becomes the root of the egress of the port that faces the receiver: behind
/// a redirect, so that the sender's TCP does not learn of a loss. Injecting it again with other parameters changes the
/// impairment; a heal restores the standing impairment, in both directions.
public final class Impair: RunningFault {
  private let lab: Lab
  private let cable: CableName
  private let direction: Direction
  private let impairment: Impairment
  private let isInjected = Mutex(false)

  public init(lab: Lab, cable: CableName, direction: Direction, impairment: Impairment) {
    self.lab = lab
    self.cable = cable
    self.direction = direction
    self.impairment = impairment
  }

  public var backend: String { "tc-\(RootDiscipline(impairment).kind ?? "none")" }

  public func inject() async throws -> Moment {
    let moment = try lab.changePorts(of: cable, direction.receivers) { $0.impairment = impairment }
    isInjected.withLock { $0 = true }
    return moment
  }

  public func prove(patience _: Duration) async throws -> Proof {
    guard isInjected.withLock({ $0 }) else { return Proof.checking([]) }
    let qdiscs = try lab.wiring.netlink.qdiscs()
    let wanted = RootDiscipline(impairment)
    return Proof.checking(
      try lab.livePorts(of: cable, direction).map { port in
        let now = qdiscs.filter { $0.index == port.index && $0.isRoot }
        // A blackhole at the port takes precedence over everything else.
        let isSwallowed = now.contains { $0.kind == "blackhole" }
        let (packets, drops) = (now.map(\.packets).reduce(0, +), now.map(\.drops).reduce(0, +))
        return (
          "port \(port.name) is impaired by \(impairment.spelled) (\(packets) frames passed, \(drops) dropped)",
          isSwallowed
            ? wanted != .blackhole
            : wanted == .standard ? now.allSatisfy { $0.kind == "noqueue" } : now.contains { $0.does(wanted) }
        )
      })
  }

  public func heal() async throws -> Moment {
    let moment = try lab.changePorts(of: cable) { $0.impairment = nil }
    isInjected.withLock { $0 = false }
    return moment
  }

  /// A loss of every frame acts as a blackhole; anything else makes the connection slow.
  static func effect(
    of cable: CableName, _ direction: Direction, _ impairment: Impairment, on connection: ConnectionUnderTest
  ) -> FaultEffect {
    guard impairment.losesEverything else { return cable.carriesTraffic(in: connection.topology) ? .slow : .none }
    return Blackhole.effect(of: cable, direction, on: connection)
  }
}
