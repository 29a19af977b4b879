import EndpointProtocol
import LinuxSystem
import Model

// Faults of the server itself, on command.
extension Server {
  /// Saturating again in the same mode has no effect; another mode replaces the first.
  func saturate(_ mode: SaturationMode) throws(EndpointError) {
    let before = Instant.now
    if saturation?.mode != mode {
      if saturation != nil { _ = try endSaturation() }
      saturation = try Saturation(mode)
      switch mode {
      case .starved: break
      case .worker where worker != nil: worker?.hold()
      case .busyLoop, .stall, .worker:
        worker?.hold()
        stuckSince = before
      }
      // Work that was finished before is still answered first.
      if mode == .worker, let worker, stuckSince == nil { try deliver(try worker.finished()) }
    }
    try output.write(.saturated(before: before, after: .now))
  }

  /// Relieving a server that is not saturated does nothing.
  func relieve() throws(EndpointError) {
    let before = Instant.now
    let cpuTime = try endSaturation()
    try output.write(.relieved(before: before, after: .now, cpuTime: cpuTime))
  }

  private func endSaturation() throws(EndpointError) -> Duration {
    guard let saturation else { return .zero }
    let cpuTime = saturation.end()
    self.saturation = nil
    try worker?.release()
    if let since = stuckSince { load.add(from: since, to: .now) }
    stuckSince = nil
    return cpuTime
  }

  /// Stops an activity, or resumes it. Idempotent.
  func set(_ activity: ServiceActivity, going: Bool) throws(EndpointError) {
    let before = Instant.now
    switch activity {
    case .reading:
      isReading = going
      for connection in connections.values {
        try during("pause") { () throws(SystemError) in try connection.setReading(going) }
      }
    case .accepting: try sockets?.setAccepting(going)
    }
    try output.write(
      going
        ? .resumed(activity, before: before, after: .now) : .paused(activity, before: before, after: .now))
  }
}
