import Model

/// What client and server send each other on the TCP connection: 24 bytes, big-endian.
///
/// | bytes | field |
/// |---|---|
/// | 0-1 | magic, 0xF1A7 |
/// | 2 | kind |
/// | 3 | format, 1 |
/// | 4-5 | server load, permille |
/// | 6-7 | zero |
/// | 8-15 | sequence |
/// | 16-23 | send time, CLOCK_MONOTONIC nanoseconds |
public struct Frame: Sendable, Hashable {
  /// The size on the wire.
  public static let length = 24

  public enum Kind: UInt8, Sendable, Hashable, CaseIterable {
    case heartbeat = 1
    case heartbeatAnswer = 2
    case request = 3
    case requestAnswer = 4
  }

  public var kind: Kind
  /// Counts the client's frames of the same kind; an answer repeats what it answers.
  public var sequence: UInt64
  /// When the client sent the frame; an answer repeats it.
  public var sentAt: Instant
  /// In an answer: how much of the last second the server's event loop was busy, in thousandths; else 0.
  public var serverLoad: UInt16

  public init(kind: Kind, sequence: UInt64, sentAt: Instant, serverLoad: UInt16 = 0) {
    self.kind = kind
    self.sequence = sequence
    self.sentAt = sentAt
    self.serverLoad = serverLoad
  }

  /// The server's answer to this frame; nil if it is an answer itself.
  public func answer(serverLoad: UInt16) -> Frame? {
    switch kind {
    case .heartbeat: Frame(kind: .heartbeatAnswer, sequence: sequence, sentAt: sentAt, serverLoad: serverLoad)
    case .request: Frame(kind: .requestAnswer, sequence: sequence, sentAt: sentAt, serverLoad: serverLoad)
    case .heartbeatAnswer, .requestAnswer: nil
    }
  }

  public var isAnswer: Bool { kind == .heartbeatAnswer || kind == .requestAnswer }

  /// The frame as it goes over the wire.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Frame.length)
    append(Frame.magic, to: &bytes)
    bytes.append(kind.rawValue)
    bytes.append(Frame.format)
    append(serverLoad, to: &bytes)
    append(UInt16(0), to: &bytes)
    append(sequence, to: &bytes)
    append(UInt64(bitPattern: sentAt.nanoseconds), to: &bytes)
    return bytes
  }

  /// Reads a frame of exactly `length` bytes.
  init(bytes: ArraySlice<UInt8>) throws(MalformedFrame) {
    func integer(at offset: Int, size: Int) -> UInt64 {
      bytes[(bytes.startIndex + offset)..<(bytes.startIndex + offset + size)].reduce(0) { $0 << 8 | UInt64($1) }
    }
    guard integer(at: 0, size: 2) == Frame.magic, integer(at: 3, size: 1) == Frame.format,
      let kind = Kind(rawValue: UInt8(integer(at: 2, size: 1)))
    else { throw MalformedFrame(bytes: Array(bytes)) }
    self.init(
      kind: kind, sequence: integer(at: 8, size: 8),
      sentAt: Instant(nanoseconds: Int64(bitPattern: integer(at: 16, size: 8))),
      serverLoad: UInt16(integer(at: 4, size: 2)))
  }

  private static let magic: UInt16 = 0xf1a7
  private static let format: UInt8 = 1

  private func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.bigEndian) { bytes += $0 }
  }
}

/// Bytes that are no frame: the stream is of no further use.
public struct MalformedFrame: Error, Sendable, Hashable {
  public let bytes: [UInt8]
}

/// Cuts a stream of bytes, read in pieces of any size, into frames.
public struct FrameDecoder: Sendable {
  private var buffer: [UInt8] = []

  public init() {}

  /// Takes the next bytes of the stream; returns the frames that are complete with them.
  public mutating func decode(_ bytes: [UInt8]) throws(MalformedFrame) -> [Frame] {
    buffer += bytes
    var frames: [Frame] = []
    var start = 0
    while buffer.count - start >= Frame.length {
      frames.append(try Frame(bytes: buffer[start..<(start + Frame.length)]))
      start += Frame.length
    }
    buffer.removeFirst(start)
    return frames
  }
}
