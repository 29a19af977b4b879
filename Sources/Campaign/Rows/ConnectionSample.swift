import Model

/// The connection under test at one instant, as the observer's kernel shows it.
struct ConnectionSample: Sendable, Hashable {
  let localPort: UInt16
  let remotePort: UInt16
  /// What predictions need from it, and when it was sampled.
  let state: ConnectionState
  /// What the connection has carried so far: segments and payload, retransmissions included.
  let connection: TrafficCounters
  /// Whether each segment's header carries the timestamps option.
  let usesTimestamps: Bool
  /// What the observer's interface has carried so far: frames, from the Ethernet header on.
  let interface: TrafficCounters

  var at: Instant { state.sampledAt }
}

/// What has passed so far, each way.
struct TrafficCounters: Sendable, Hashable {
  let segmentsOut: Int
  let segmentsIn: Int
  let bytesOut: Int
  let bytesIn: Int

  static func - (end: TrafficCounters, start: TrafficCounters) -> TrafficCounters {
    TrafficCounters(
      segmentsOut: end.segmentsOut - start.segmentsOut, segmentsIn: end.segmentsIn - start.segmentsIn,
      bytesOut: end.bytesOut - start.bytesOut, bytesIn: end.bytesIn - start.bytesIn)
  }

  /// The payload's size on the wire: with the headers of all segments.
  func withHeaders(of family: AddressFamily, usesTimestamps: Bool) -> TrafficCounters {
    let network =
      switch family {
      case .ipv4: 20
      case .ipv6: 40
      }
    // Ethernet 14, TCP 20, and 12 for the timestamps option that nearly every segment carries.
    let header = 14 + network + 20 + (usesTimestamps ? 12 : 0)
    return TrafficCounters(
      segmentsOut: segmentsOut, segmentsIn: segmentsIn, bytesOut: bytesOut + segmentsOut * header,
      bytesIn: bytesIn + segmentsIn * header)
  }
}
