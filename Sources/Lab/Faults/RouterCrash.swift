import Model

/// `router-crash`: the router loses power and never returns.
public struct RouterCrash: RunningFault {
  private let outage: RouterOutage

  public init(lab: Lab) {
    outage = RouterOutage(lab: lab)
  }

  public var backend: String { "namespace-removal" }

  public func inject() async throws -> Moment { try outage.inject() }

  public func prove(patience _: Duration) async throws -> Proof { try outage.prove() }

  public func heal() async throws -> Moment {
    throw LabError("heal router-crash", "the router never returns")
  }

  static func effect(on connection: ConnectionUnderTest) -> EffectCourse {
    EffectCourse(RouterOutage.effect(on: connection))
  }
}
