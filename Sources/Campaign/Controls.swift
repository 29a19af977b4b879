import EndpointProtocol
import Lab
import LinuxNetwork
import Model
import Synchronization

/// The processes of one measurement, as faults may handle them.
struct Controls: ProcessControls {
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
  private let executable: String
  private let current: Mutex<EndpointProcess>

  init(_ client: EndpointProcess, in lab: Lab, executable: String) {
    self.lab = lab
    self.executable = executable
    current = Mutex(client)
  }

  /// The process that runs now, or ran last.
  var process: EndpointProcess { current.withLock { $0 } }

  var processIdentifier: Int32? { process.processIdentifier }

  func kill() async throws -> Moment { try await process.killByFault() }

  func restart() async throws -> Moment {
    let before = Instant.now
    let process = EndpointProcess(.client, in: try lab.host(.client), named: "client", executable: executable)
    do {
      _ = try await process.expect("started") { event in
        if case .started(let at) = event { at } else { nil }
      }
    } catch {
      await process.kill()
      throw error
    }
    current.withLock { $0 = process }
    return Moment(before: before, after: .now)
  }
}
