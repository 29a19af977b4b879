import EndpointProtocol
import Model

// What a measurement reports about itself.
extension ClientSession {
  /// The state of the application at `t0`, as far as it is known now.
  func mark(_ t0: Instant) -> ApplicationState {
    var state = detectorRunner.mark(t0)
    state.oldestUnansweredRequest = requests.oldestUnanswered(sentBy: t0)
    state.nextRequest = workload?.first(notBefore: t0)
    return state
  }

  /// Stops sending, and ends when all outstanding requests are settled. The detector is off from now on.
  func finish() {
    if phase == .finished { return }
    workload = nil
    detectorRunner.turnOff()
    phase = .finishing
    finishFailover()
    finishIfSettled(at: .now)
  }

  /// When the last outstanding request of the workload is given up; nil if none is outstanding.
  var settled: Instant? {
    requestTimeout.flatMap { requests.settled(timeout: $0) }
  }

  func finishIfSettled(at now: Instant) {
    if case .underWay = failover { return }
    if let settled, settled > now { return }
    phase = .finished
    for event in requests.report(timeout: requestTimeout ?? .zero) { tell(event) }
  }
}
