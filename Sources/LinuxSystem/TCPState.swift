import CLinux

/// The kernel's state of a TCP connection: struct tcp_info of include/uapi/linux/tcp.h.
///
/// Times are in the units of the struct: microseconds and milliseconds, as the names say.
public struct TCPState: Sendable, Hashable {
  /// `tcpi_state`: 1 is ESTABLISHED.
  public let state: Int
  public let retransmits: Int
  /// Unanswered keepalive or zero-window probes.
  public let probes: Int
  public let backoff: Int
  /// Bit 0: timestamps are in use; they add 12 bytes to each segment's header.
  public let options: UInt8
  public let rtoMicroseconds: Int
  public let unacknowledgedSegments: Int
  public let lastDataReceivedMilliseconds: Int
  public let lastAckReceivedMilliseconds: Int
  public let lastDataSentMilliseconds: Int
  public let rttMicroseconds: Int
  public let rttVariationMicroseconds: Int
  /// Payload, retransmissions included.
  public let bytesSent: Int
  public let bytesReceived: Int
  public let segmentsOut: Int
  public let segmentsIn: Int

  /// Decodes struct tcp_info, of any length that the kernel reports.
  public init(tcpInfo bytes: UnsafeRawBufferPointer) {
    var raw = clinux_tcp_state()
    clinux_decode_tcp_info(bytes.baseAddress, bytes.count, &raw)
    state = Int(raw.state)
    retransmits = Int(raw.retransmits)
    probes = Int(raw.probes)
    backoff = Int(raw.backoff)
    options = raw.options
    rtoMicroseconds = Int(raw.rto_us)
    unacknowledgedSegments = Int(raw.unacked)
    lastDataReceivedMilliseconds = Int(raw.last_data_recv_ms)
    lastAckReceivedMilliseconds = Int(raw.last_ack_recv_ms)
    lastDataSentMilliseconds = Int(raw.last_data_sent_ms)
    rttMicroseconds = Int(raw.rtt_us)
    rttVariationMicroseconds = Int(raw.rttvar_us)
    bytesSent = Int(raw.bytes_sent)
    bytesReceived = Int(raw.bytes_received)
    segmentsOut = Int(raw.segs_out)
    segmentsIn = Int(raw.segs_in)
  }

  public var usesTimestamps: Bool { options & 1 != 0 }
}
