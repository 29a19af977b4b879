import EndpointProtocol
import Lab
import LinuxNetwork
import LinuxSystem
import Model
import Synchronization

/// A listening server endpoint, and what faults may ask of it and do to it.
///
/// A fault may kill its process and start another one, so the process is not always the same.
final class ServerEndpoint: ServiceControl, ProcessControl {
  /// Where clients reach it.
  let address: EndpointAddress
  private let lab: Lab
  private let host: HostName
  private let pool: EndpointPool
  private let task: ServerTask
  private let current: Mutex<RunningEndpoint>

  /// Starts a server on `host` and waits until it listens. The task's address names the port only: the server listens
  /// on all addresses of the host, since the witness uses another address than clients do.
  static func start(
    in lab: Lab, on host: HostName, _ task: ServerTask, from pool: EndpointPool
  ) async throws -> ServerEndpoint {
    let address = lab.serviceAddress(of: host)
    var task = task
    task.address.host = "\(address.unspecified)"
    let (endpoint, port) = try await launch(in: lab, on: host, task, from: pool)
    task.address.port = port
    return ServerEndpoint(
      endpoint, at: EndpointAddress(host: "\(address)", port: port), in: lab, on: host, task, from: pool)
  }

  private init(
    _ endpoint: RunningEndpoint, at address: EndpointAddress, in lab: Lab, on host: HostName, _ task: ServerTask,
    from pool: EndpointPool
  ) {
    current = Mutex(endpoint)
    self.address = address
    self.lab = lab
    self.host = host
    self.task = task
    self.pool = pool
  }

  /// The endpoint that serves now, or served last.
  var endpoint: RunningEndpoint { current.withLock { $0 } }

  var port: UInt16 { address.port }

  private static func launch(
    in lab: Lab, on host: HostName, _ task: ServerTask, from pool: EndpointPool
  ) async throws -> (RunningEndpoint, port: UInt16) {
    let endpoint = pool.start(.server, in: try lab.host(host), named: host.rawValue)
    do {
      endpoint.send(.listen(task))
      let port = try await endpoint.expect("listening") { event in
        if case .listening(_, let port) = event { port } else { nil }
      }
      return (endpoint, port)
    } catch {
      await endpoint.kill()
      throw error
    }
  }

  // MARK: - The service

  var request: [UInt8] { Frame(kind: .request, sequence: 0, sentAt: .now).bytes }

  func saturate(_ mode: SaturationMode) async throws -> Moment {
    endpoint.touch()
    let asked = Instant.now
    endpoint.send(.saturate(mode))
    return try await endpoint.expect("saturated") { event in
      guard case .saturated(let before, let after) = event, before >= asked else { return nil }
      return Moment(before: before, after: after)
    }
  }

  func relieve() async throws -> Moment {
    let asked = Instant.now
    endpoint.send(.relieve)
    return try await endpoint.expect("relieved") { event in
      guard case .relieved(let before, let after, _) = event, before >= asked else { return nil }
      return Moment(before: before, after: after)
    }
  }

  func cpuTime() async throws -> (Duration?, at: Instant) {
    let asked = Instant.now
    endpoint.send(.reportCPU)
    return try await endpoint.expect("its CPU time") { event in
      if case .cpuTime(let time, let at) = event, at >= asked { (time, at: at) } else { nil }
    }
  }

  func pause(_ activity: ServiceActivity) async throws -> Moment {
    endpoint.touch()
    let asked = Instant.now
    endpoint.send(.pause(activity))
    return try await endpoint.expect("paused") { event in
      guard case .paused(activity, let before, let after) = event, before >= asked else { return nil }
      return Moment(before: before, after: after)
    }
  }

  func resume(_ activity: ServiceActivity) async throws -> Moment {
    let asked = Instant.now
    endpoint.send(.resume(activity))
    return try await endpoint.expect("resumed") { event in
      guard case .resumed(activity, let before, let after) = event, before >= asked else { return nil }
      return Moment(before: before, after: after)
    }
  }

  // MARK: - The process

  var process: ProcessHandle? { endpoint.surrender() }

  func kill() async throws -> Moment { try await endpoint.killByFault() }

  /// The process restarts with the same task at the same port; its events are kept separate from the old one's.
  func restart() async throws -> Moment {
    let before = Instant.now
    let (endpoint, _) = try await Self.launch(in: lab, on: host, task, from: pool)
    current.withLock { $0 = endpoint }
    return Moment(before: before, after: .now)
  }
}
