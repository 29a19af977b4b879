import EndpointProtocol
import Lab
import LinuxNetwork
import Model
import Synchronization

/// A server's endpoint, listening; what faults may ask of it and do to it.
///
/// A fault may kill its process and start another one, so the process is not always the same.
final class ServerEndpoint: ServiceControl, ProcessControl {
  /// Where clients reach it.
  let address: EndpointAddress
  private let lab: Lab
  private let host: HostName
  private let executable: String
  private let task: ServerTask
  private let current: Mutex<EndpointProcess>

  /// Starts a server on `host` and waits until it listens. The task's address names the port only: the server listens on
  /// all addresses of the host, as the witness comes in by another one than clients.
  static func start(
    in lab: Lab, on host: HostName, _ task: ServerTask, executable: String
  ) async throws -> ServerEndpoint {
    let address = lab.serviceAddress(of: host)
    var task = task
    task.address.host = "\(address.unspecified)"
    let (process, port) = try await launch(in: lab, on: host, task, executable: executable)
    task.address.port = port
    return ServerEndpoint(
      process, at: EndpointAddress(host: "\(address)", port: port), in: lab, on: host, task, executable: executable)
  }

  private init(
    _ process: EndpointProcess, at address: EndpointAddress, in lab: Lab, on host: HostName, _ task: ServerTask,
    executable: String
  ) {
    current = Mutex(process)
    self.address = address
    self.lab = lab
    self.host = host
    self.task = task
    self.executable = executable
  }

  /// The process that serves now, or served last.
  var process: EndpointProcess { current.withLock { $0 } }

  var port: UInt16 { address.port }

  private static func launch(
    in lab: Lab, on host: HostName, _ task: ServerTask, executable: String
  ) async throws -> (EndpointProcess, port: UInt16) {
    let process = EndpointProcess(.server, in: try lab.host(host), named: host.rawValue, executable: executable)
    do {
      process.send(.listen(task))
      let port = try await process.expect("listening") { event in
        if case .listening(_, let port) = event { port } else { nil }
      }
      return (process, port)
    } catch {
      await process.kill()
      throw error
    }
  }

  // MARK: - The service

  var request: [UInt8] { Frame(kind: .request, sequence: 0, sentAt: .now).bytes }

  func saturate(_ mode: SaturationMode) async throws -> Moment {
    let asked = Instant.now
    process.send(.saturate(mode))
    return try await process.expect("saturated") { event in
      guard case .saturated(let before, let after) = event, before >= asked else { return nil }
      return Moment(before: before, after: after)
    }
  }

  func relieve() async throws -> Moment {
    let asked = Instant.now
    process.send(.relieve)
    return try await process.expect("relieved") { event in
      guard case .relieved(let before, let after, _) = event, before >= asked else { return nil }
      return Moment(before: before, after: after)
    }
  }

  func cpuTime() async throws -> (Duration, at: Instant) {
    let asked = Instant.now
    process.send(.reportCPU)
    return try await process.expect("its CPU time") { event in
      if case .cpuTime(let time, let at) = event, at >= asked { (time, at: at) } else { nil }
    }
  }

  func pause(_ activity: ServiceActivity) async throws -> Moment {
    let (asked, wanted) = (Instant.now, ServerActivity(activity))
    process.send(.pause(wanted))
    return try await process.expect("paused") { event in
      guard case .paused(wanted, let before, let after) = event, before >= asked else { return nil }
      return Moment(before: before, after: after)
    }
  }

  func resume(_ activity: ServiceActivity) async throws -> Moment {
    let (asked, wanted) = (Instant.now, ServerActivity(activity))
    process.send(.resume(wanted))
    return try await process.expect("resumed") { event in
      guard case .resumed(wanted, let before, let after) = event, before >= asked else { return nil }
      return Moment(before: before, after: after)
    }
  }

  // MARK: - The process

  var processIdentifier: Int32? { process.processIdentifier }

  func kill() async throws -> Moment { try await process.killByFault() }

  /// The process starts anew with the same task at the same port; its events come to a mailbox of its own.
  func restart() async throws -> Moment {
    let before = Instant.now
    let (process, _) = try await Self.launch(in: lab, on: host, task, executable: executable)
    current.withLock { $0 = process }
    return Moment(before: before, after: .now)
  }
}

extension ServerActivity {
  fileprivate init(_ activity: ServiceActivity) {
    switch activity {
    case .reading: self = .reading
    case .accepting: self = .accepting
    }
  }
}
