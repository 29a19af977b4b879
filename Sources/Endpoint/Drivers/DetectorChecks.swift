import EndpointProtocol
import Model

/// Refuses settings with which a driver could not work: every interval must be positive, and every window must hold at
/// least one value.
func checkDetector(_ settings: DetectorSettings, stage: String) throws(EndpointError) {
  for setting in settings.list {
    let (name, kind) = (setting.description.name, setting.description.kind)
    if let value = setting.value, !kind.allows(value) {
      throw EndpointError(.badCommand, stage: stage, "\(name)=\(value.spelled): expected \(kind.expectation)")
    }
  }
}
