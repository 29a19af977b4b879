import Model

/// What a fault may ask of a server's process. The campaign implements it by the server's endpoint.
public protocol ServiceControl: Sendable {
  /// The port that the service listens on, in its own host.
  var port: UInt16 { get }
  /// A request in the service's own language, which a healthy service answers with at least one byte.
  var request: [UInt8] { get }
  /// Makes the process stop serving and burn CPU. Returns when that took effect.
  func saturate(_ mode: SaturationMode) async throws -> Moment
  /// Returns it to work.
  func relieve() async throws -> Moment
  /// The CPU time that the saturation has consumed so far, and when that was read.
  func cpuTime() async throws -> (Duration, at: Instant)
}
