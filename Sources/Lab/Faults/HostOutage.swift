import LinuxNetwork
import Model
import Synchronization

/// The common part of `host-crash` and `host-reboot`: a host without power. Its kernel, its connections and its process
/// are gone.
///
/// Its cables lose carrier at t0, before the process is killed: no FIN or RST from its kernel gets out.
final class HostOutage: Sendable {
  let lab: Lab
  let host: Observer
  let process: any ProcessControl
  private let baseline = EndsBeforeFault()
  /// Runs in a separate task, since the connection under test must be sampled right after t0.
  private let killing = Mutex<Task<Moment, any Error>?>(nil)

  init(lab: Lab, host: Observer, process: any ProcessControl) {
    self.lab = lab
    self.host = host
    self.process = process
  }

  func inject() throws -> Moment {
    try baseline.record(try farEnds())
    let moment = try lab.powerOff(host.hostName)
    let task = Task { [process] in try await process.kill() }
    killing.withLock { $0 = task }
    return moment
  }

  func prove() async throws -> Proof {
    guard let task = killing.withLock({ $0 }) else { return Proof.checking([]) }
    _ = try await task.value
    let running = await process.process
    return Proof.checking(
      [
        ("the \(host.rawValue) is gone", !lab.hasPower(host.hostName)),
        ("its process is gone", running == nil),
      ]
        + (try baseline.compared(in: lab)).map { before, now in
          (
            "\(now.host) lost carrier",
            !now.link.hasCarrier && now.link.carrierDownCount >= before.downCountAfterLoss
          )
        })
  }

  /// Waits until the process is gone.
  func finishKilling() async throws {
    if let task = killing.withLock({ $0 }) { _ = try await task.value }
  }

  /// The path is silent. A side that is itself without power observes nothing.
  static func effect(of host: Observer, on connection: ConnectionUnderTest) -> FaultEffect {
    let topology = connection.topology
    let silence =
      connection.observer == host
      ? Silence(hostUnreachable: false)
      : Silence(
        hostUnreachable: topology.undoesBackoffOfUnreachableHosts,
        local: topology.path.hasRouter ? .none : .carrierLost,
        newConnections: .unresolved)
    return .connectionLost(.silent(silence))
  }

  /// The other ends of the host's cables.
  private func farEnds() throws -> [EndState] {
    try lab.cables(of: host.hostName).flatMap(\.ends)
      .filter { $0.host != host.hostName && lab.hasPower($0.host) }.map { try EndState(of: $0, in: lab) }
  }
}
