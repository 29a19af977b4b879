import LinuxNetwork
import LinuxSystem
import Model

extension ConnectionSample {
  /// As sock_diag shows the connection, and netlink the observer's interface.
  init(at instant: Instant, socket: SocketState, link: LinkState) {
    let tcp = socket.tcp
    let timer = ArmedTimer(rawValue: socket.timer) ?? .off
    self.init(
      localPort: socket.localPort, remotePort: socket.remotePort,
      state: ConnectionState(
        sampledAt: instant,
        lastReceivedAge: .milliseconds(min(tcp.lastDataReceivedMilliseconds, tcp.lastAckReceivedMilliseconds)),
        retransmissionTimeout: .microseconds(tcp.rtoMicroseconds), roundTripTime: .microseconds(tcp.rttMicroseconds),
        unacknowledgedSegments: tcp.unacknowledgedSegments, probesOut: tcp.probes, backoff: tcp.backoff, timer: timer,
        timerExpiresIn: timer == .off ? nil : .milliseconds(socket.timerExpiresInMilliseconds),
        lastDataAge: .milliseconds(tcp.lastDataReceivedMilliseconds),
        roundTripVariation: .microseconds(tcp.rttVariationMicroseconds),
        lastSentAge: .milliseconds(tcp.lastDataSentMilliseconds)),
      connection: TrafficCounters(
        segmentsOut: tcp.segmentsOut, segmentsIn: tcp.segmentsIn, bytesOut: tcp.bytesSent, bytesIn: tcp.bytesReceived),
      usesTimestamps: tcp.usesTimestamps,
      interface: TrafficCounters(
        segmentsOut: Int(clamping: link.transmittedPackets), segmentsIn: Int(clamping: link.receivedPackets),
        bytesOut: Int(clamping: link.transmittedBytes), bytesIn: Int(clamping: link.receivedBytes)))
  }
}
