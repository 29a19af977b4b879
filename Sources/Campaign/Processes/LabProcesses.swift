import Lab
import Model

/// The processes of one measurement, as faults may handle them.
struct LabProcesses: ProcessControls {
  let server: ServerEndpoint
  let backup: ServerEndpoint?
  let client: ClientEndpoint

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
