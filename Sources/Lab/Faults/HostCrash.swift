import Model

/// `host-crash`: a host loses power and never returns.
public struct HostCrash: RunningFault {
  private let outage: HostOutage

  public init(lab: Lab, host: Observer, process: any ProcessControl) {
    outage = HostOutage(lab: lab, host: host, process: process)
  }

  public var backend: String { "namespace-removal" }

  public func inject() async throws -> Moment { try outage.inject() }

  public func prove(patience _: Duration) async throws -> Proof { try await outage.prove() }

  public func heal() async throws -> Moment {
    throw LabError("heal host-crash", "the \(outage.host.rawValue) never returns")
  }

  static func effect(of host: Observer, on connection: ConnectionUnderTest) -> EffectCourse {
    EffectCourse(HostOutage.effect(of: host, on: connection))
  }
}
