import Endpoint
import EndpointProtocol
import Model

// The steps that most tests take.
extension TestEndpoint {
  func listen(host: String = "127.0.0.1") throws -> EndpointAddress {
    try send(.listen(EndpointAddress(host: host, port: 0)))
    let port = try expect("listening") { if case .listening(_, let port) = $0 { port } else { nil } }
    return EndpointAddress(host: host, port: port)
  }

  /// Opens the connection; the settings as the kernel took them.
  func open(_ task: ClientTask) throws -> DetectorSettings {
    try send(.open(task))
    return try expect("ready") { if case .ready(_, _, let settings) = $0 { settings } else { nil } }
  }

  /// Begins a little later; returns when.
  @discardableResult
  func begin() throws -> Instant {
    let at = now() + .milliseconds(20)
    try send(.begin(at: at))
    return at
  }

  @discardableResult
  func saturate() throws -> (before: Instant, after: Instant) {
    try send(.saturate(.busyLoop))
    return try expect("saturated") {
      if case .saturated(let before, let after) = $0 { (before, after) } else { nil }
    }
  }

  @discardableResult
  func relieve() throws -> (after: Instant, cpuTime: Duration) {
    try send(.relieve)
    return try expect("relieved") { if case .relieved(_, let after, let time) = $0 { (after, time) } else { nil } }
  }

  func mark(_ t0: Instant) throws -> ApplicationState {
    try send(.mark(t0: t0))
    return try expect("marked") { if case .marked(let state) = $0 { state } else { nil } }
  }

  func declared() throws -> (at: Instant, signal: Signal) {
    try expect("declared") { if case .declared(let at, let signal) = $0 { (at, signal) } else { nil } }
  }

  func recovered() throws -> Instant {
    try expect("recovered") { if case .recovered(let at) = $0 { at } else { nil } }
  }

  func failedOver() throws -> Instant {
    try expect("failed-over") { if case .failedOver(let at) = $0 { at } else { nil } }
  }

  func failoverFailed() throws -> (at: Instant, reason: String) {
    try expect("failover-failed") { if case .failoverFailed(let at, let reason) = $0 { (at, reason) } else { nil } }
  }

  func failed() throws -> (stage: String, message: String) {
    try expect("failed") { if case .failed(let stage, let message) = $0 { (stage, message) } else { nil } }
  }

  /// What `finish` brings: the workload's requests, and the end.
  func finish() throws -> (requests: [(sentAt: Instant, answeredAt: Instant?)], at: Instant, lag: Duration) {
    try send(.finish)
    var requests: [(sentAt: Instant, answeredAt: Instant?)] = []
    while let event = try next() {
      switch event {
      case .request(let sentAt, let answeredAt): requests.append((sentAt, answeredAt))
      case .finished(let at, let lag): return (requests, at, lag)
      default: throw TestFailure("expected requests or finished, got \(event.line)")
      }
    }
    throw TestFailure("expected requests or finished, got the end of the output")
  }
}
