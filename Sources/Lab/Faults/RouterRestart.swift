import LinuxSystem
import Model

/// `router-restart`: the router loses power, and with it all state; at the heal a fresh one with new devices takes its
/// place.
public struct RouterRestart: RunningFault {
  private let outage: RouterOutage

  public init(lab: Lab) {
    outage = RouterOutage(lab: lab)
  }

  public var backend: String { "namespace-rebuild" }

  public func inject() async throws -> Moment { try outage.inject() }

  public func prove(patience _: Duration) async throws -> Proof { try outage.prove() }

  public func heal() async throws -> Moment {
    let lab = outage.lab
    return try await DedicatedThread.run { try lab.powerOn(.router) }
  }

  /// A NAT router has forgotten the connection too.
  static func effect(on connection: ConnectionUnderTest) -> EffectCourse {
    EffectCourse(
      RouterOutage.effect(on: connection),
      after: connection.topology.path == .nat ? connection.effectOfAdoptingRouter : .none)
  }
}
