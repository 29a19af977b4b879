import LinuxSystem
import Model

/// What a fault may ask of a server's process. The campaign implements it through the server's endpoint.
public protocol ServiceControl: Sendable {
  /// The port that the service listens on, in its own host.
  var port: UInt16 { get }
  /// A request in the service's own protocol, which a healthy service answers with at least one byte.
  var request: [UInt8] { get }
  /// Makes the process stop serving in the way of the mode. Returns when that took effect.
  func saturate(_ mode: SaturationMode) async throws -> Moment
  /// Returns it to work.
  func relieve() async throws -> Moment
  /// The CPU time that the saturation has consumed so far, and when that was read; nil if nothing keeps the process from
  /// its work.
  func cpuTime() async throws -> (Duration?, at: Instant)
  /// Makes the process stop reading its connections, or stop accepting new ones.
  func pause(_ activity: ServiceActivity) async throws -> Moment
  func resume(_ activity: ServiceActivity) async throws -> Moment
}

/// What a fault may do to a process from outside. The campaign implements it for every endpoint.
public protocol ProcessControl: Sendable {
  /// The process that runs now, by a handle that never refers to another one; nil while none runs.
  var process: ProcessHandle? { get async }
  /// Sends SIGKILL and waits until the process is gone. Returns when the signal was sent.
  func kill() async throws -> Moment
  /// Starts a new process in the present namespace of its host, with the same task. Returns when it is ready.
  func restart() async throws -> Moment
}

/// The processes of one measurement.
public protocol ProcessControls: Sendable {
  func service(_ host: ListeningHost) throws -> any ServiceControl
  func process(_ host: Observer) throws -> any ProcessControl
}
