import Endpoint
import EndpointProtocol
import LinuxNetwork
import Model
import TestSupport

// The steps that most tests take.
extension TestEndpoint {
  func listen(
    host: String = "127.0.0.1", acceptQueue: Int = 128, responder: Pinging.Responder = .eventLoop
  ) throws -> EndpointAddress {
    try listen(
      ServerTask(address: EndpointAddress(host: host, port: 0), acceptQueue: acceptQueue, responder: responder))
  }

  func listen(_ task: ServerTask) throws -> EndpointAddress {
    try send(.listen(task))
    let port = try expect("listening") { if case .listening(_, let port) = $0 { port } else { nil } }
    return EndpointAddress(host: task.address.host, port: port)
  }

  /// Takes a role, in the namespace if there is one; returns when.
  @discardableResult
  func assume(_ role: EndpointRole, in namespace: NetworkNamespace? = nil) throws -> Instant {
    try send(.assume(role, namespace: namespace?.path))
    return try expect("started") { if case .started(let at) = $0 { at } else { nil } }
  }

  /// Ends the role, which must not report anything more.
  func quit() throws {
    try send(.quit)
    _ = try expect("ended") { if case .ended(let at) = $0 { at } else { nil } }
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
  func saturate(_ mode: SaturationMode = .busyLoop) throws -> (before: Instant, after: Instant) {
    try send(.saturate(mode))
    return try expect("saturated") {
      if case .saturated(let before, let after) = $0 { (before, after) } else { nil }
    }
  }

  @discardableResult
  func relieve() throws -> (after: Instant, cpuTime: Duration) {
    try send(.relieve)
    return try expect("relieved") { if case .relieved(_, let after, let time) = $0 { (after, time) } else { nil } }
  }

  /// Zero also if nothing keeps it from its work.
  func cpuTime() throws -> Duration {
    try send(.reportCPU)
    return try expect("cpu-time") { if case .cpuTime(let time, _) = $0 { time ?? .zero } else { nil } }
  }

  func pause(_ activity: ServiceActivity) throws {
    try send(.pause(activity))
    _ = try expect("paused") { if case .paused(activity, let before, _) = $0 { before } else { nil } }
  }

  func resume(_ activity: ServiceActivity) throws {
    try send(.resume(activity))
    _ = try expect("resumed") { if case .resumed(activity, let before, _) = $0 { before } else { nil } }
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

  /// The events after `finish`: the workload's requests, other events meanwhile, and the end.
  func finish() throws -> Ending {
    try send(.finish)
    var ending = Ending()
    while let event = try next() {
      switch event {
      case .request(let sentAt, let answeredAt): ending.requests.append((sentAt, answeredAt))
      case .failoverFailed(let at, let reason): ending.failures.append((at, reason))
      case .failedOver(let at): ending.failedOverAt = at
      case .herd(let declared, let failedOver, let lastFailover, let failedAttempts):
        ending.herd = Ending.Herd(
          declared: declared, failedOver: failedOver, lastFailover: lastFailover, failedAttempts: failedAttempts)
      case .finished(let at, let lag):
        ending.at = at
        ending.lag = lag
        return ending
      default: throw TestFailure("expected an event after finish, got \(event.line)")
      }
    }
    throw TestFailure("expected an event after finish, got the end of the output")
  }
}

/// How a measurement ended.
struct Ending {
  struct Herd {
    var declared: Int
    var failedOver: Int
    var lastFailover: Instant?
    var failedAttempts: Int
  }

  var requests: [(sentAt: Instant, answeredAt: Instant?)] = []
  /// The failed attempts of the failover that were reported now.
  var failures: [(at: Instant, reason: String)] = []
  var failedOverAt: Instant?
  var herd: Herd?
  var at = Instant(nanoseconds: 0)
  var lag = Duration.zero
}
