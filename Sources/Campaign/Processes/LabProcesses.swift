import EndpointProtocol
import Lab
import LinuxNetwork
import Model
import Synchronization

/// The processes of one measurement, as faults may handle them.
struct LabProcesses: ProcessControls {
  let server: ServerEndpoint
  let backup: ServerEndpoint?
  let client: ClientControl

  func service(_ host: ListeningHost) throws -> any ServiceControl {
    switch host {
    case .server: return server
    case .backup:
      guard let backup else { throw CampaignError(.lab, stage: "find the backup", "the topology has none") }
      return backup
    }
  }

  func process(_ host: Observer) throws -> any ProcessControl {
    switch host {
    case .server: server
    case .client: client
    }
  }
}

/// The client's process, as faults may handle it.
///
/// One that is started anew only idles: whoever measured is gone, and what it would have seen is not made up.
final class ClientControl: ProcessControl {
  private let lab: Lab
  private let pool: EndpointPool
  private let current: Mutex<RunningEndpoint>

  init(_ client: RunningEndpoint, in lab: Lab, from pool: EndpointPool) {
    self.lab = lab
    self.pool = pool
    current = Mutex(client)
  }

  /// What runs now, or ran last.
  var endpoint: RunningEndpoint { current.withLock { $0 } }

  var processIdentifier: Int32? { endpoint.surrender() }

  func kill() async throws -> Moment { try await endpoint.killByFault() }

  func restart() async throws -> Moment {
    let before = Instant.now
    let endpoint = pool.start(.client, in: try lab.host(.client), named: "client")
    do {
      _ = try await endpoint.expect("started") { event in
        if case .started(let at) = event { at } else { nil }
      }
    } catch {
      await endpoint.kill()
      throw error
    }
    current.withLock { $0 = endpoint }
    return Moment(before: before, after: .now)
  }
}
