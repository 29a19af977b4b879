import LinuxNetwork
import LinuxSystem
import Model

/// The connection under test at one instant, as sock_diag shows it.
struct ConnectionSample: Sendable {
  let at: Instant
  let socket: SocketState
  /// The observer's interface.
  let link: LinkState

  /// What predictions need of it.
  var state: ConnectionState {
    let tcp = socket.tcp
    let timer = ArmedTimer(rawValue: socket.timer) ?? .off
    return ConnectionState(
      sampledAt: at,
      lastReceivedAge: .milliseconds(min(tcp.lastDataReceivedMilliseconds, tcp.lastAckReceivedMilliseconds)),
      retransmissionTimeout: .microseconds(tcp.rtoMicroseconds), roundTripTime: .microseconds(tcp.rttMicroseconds),
      unacknowledgedSegments: tcp.unacknowledgedSegments, probesOut: tcp.probes, backoff: tcp.backoff, timer: timer,
      timerExpiresIn: timer == .off ? nil : .milliseconds(socket.timerExpiresInMilliseconds),
      lastDataAge: .milliseconds(tcp.lastDataReceivedMilliseconds),
      roundTripVariation: .microseconds(tcp.rttVariationMicroseconds),
      lastSentAge: .milliseconds(tcp.lastDataSentMilliseconds))
  }
}

/// What a connection carried between two samples.
struct Traffic: Sendable, Hashable {
  let segmentsOut: Int
  let segmentsIn: Int
  let wireBytesOut: Int
  let wireBytesIn: Int

  /// - Parameter networkHeader: bytes of the network protocol's header.
  init(from start: TCPState, to end: TCPState, networkHeader: Int) {
    segmentsOut = end.segmentsOut - start.segmentsOut
    segmentsIn = end.segmentsIn - start.segmentsIn
    // Ethernet 14, TCP 20, and 12 for the timestamps option that nearly every segment carries.
    let header = 14 + networkHeader + 20 + (end.usesTimestamps ? 12 : 0)
    wireBytesOut = end.bytesSent - start.bytesSent + segmentsOut * header
    wireBytesIn = end.bytesReceived - start.bytesReceived + segmentsIn * header
  }

  /// Everything that passed an interface, for mechanisms that speak beside the connection.
  init(from start: LinkState, to end: LinkState) {
    segmentsOut = Int(end.transmittedPackets &- start.transmittedPackets)
    segmentsIn = Int(end.receivedPackets &- start.receivedPackets)
    wireBytesOut = Int(end.transmittedBytes &- start.transmittedBytes)
    wireBytesIn = Int(end.receivedBytes &- start.receivedBytes)
  }
}
