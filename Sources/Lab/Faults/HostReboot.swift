import LinuxSystem
import Model

/// `host-reboot`: a host loses power, and returns with the same addresses and a new process, but without its
/// connections.
public struct HostReboot: RunningFault {
  private let outage: HostOutage

  public init(lab: Lab, host: Observer, process: any ProcessControl) {
    outage = HostOutage(lab: lab, host: host, process: process)
  }

  public var backend: String { "namespace-rebuild" }

  public func inject() async throws -> Moment { try outage.inject() }

  public func prove(patience _: Duration) async throws -> Proof { try await outage.prove() }

  /// Returns once the process is ready. The returned moment is when the host came back to the network: its kernel
  /// answers from then on.
  public func heal() async throws -> Moment {
    try await outage.finishKilling()
    let (lab, name) = (outage.lab, outage.host.hostName)
    let moment = try await DedicatedThread.run { try lab.powerOn(name) }
    _ = try await outage.process.restart()
    return moment
  }

  /// The path is silent, and then a kernel that does not know the connection answers with RST.
  static func effect(of host: Observer, on connection: ConnectionUnderTest) -> EffectCourse {
    EffectCourse(HostOutage.effect(of: host, on: connection), after: .connectionLost(.whenSpokenTo))
  }
}
