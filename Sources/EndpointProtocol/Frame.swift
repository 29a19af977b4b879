import Model

/// What client and server send each other, on a TCP connection or in a datagram: 24 bytes, big-endian, and padding.
///
/// | bytes | field |
/// |---|---|
/// | 0-1 | magic, 0xF1A7 |
/// | 2 | kind |
/// | 3 | format, 2 |
/// | 4-5 | server load, permille |
/// | 6-7 | flags: 1: a heartbeat that is to pass through the worker |
/// | 8-11 | bytes of padding that follow |
/// | 12-15 | sequence |
/// | 16-23 | send time, CLOCK_MONOTONIC nanoseconds |
public struct Frame: Sendable, Hashable {
  /// The size on the wire without padding.
  public static let length = Workload.smallest
  /// The longest padding that is accepted.
  public static let longestPadding = 1 << 20

  public enum Kind: UInt8, Sendable, Hashable, CaseIterable {
    case heartbeat = 1
    case heartbeatAnswer = 2
    case request = 3
    case requestAnswer = 4
    /// A message that needs no answer.
    case message = 5
  }

  public var kind: Kind
  /// Counts the sender's frames of the same kind; an answer repeats the number of the frame that it answers.
  public var sequence: UInt32
  /// When the sender sent the frame; an answer repeats it.
  public var sentAt: Instant
  /// In an answer: how much of the last second the server's event loop was busy, in thousandths; else 0.
  public var serverLoad: UInt16
  /// A heartbeat that must pass through the worker.
  public var throughWorker: Bool
  /// Bytes that only make it longer; an answer has none.
  public var padding: Int

  public init(
    kind: Kind, sequence: UInt32, sentAt: Instant, serverLoad: UInt16 = 0, throughWorker: Bool = false,
    padding: Int = 0
  ) {
    self.throughWorker = throughWorker
    self.padding = padding
    self.kind = kind
    self.sequence = sequence
    self.sentAt = sentAt
    self.serverLoad = serverLoad
  }

  /// The answer to this frame; nil if it needs none.
  public func answer(serverLoad: UInt16) -> Frame? {
    switch kind {
    case .heartbeat: Frame(kind: .heartbeatAnswer, sequence: sequence, sentAt: sentAt, serverLoad: serverLoad)
    case .request: Frame(kind: .requestAnswer, sequence: sequence, sentAt: sentAt, serverLoad: serverLoad)
    case .heartbeatAnswer, .requestAnswer, .message: nil
    }
  }

  public var isAnswer: Bool { kind == .heartbeatAnswer || kind == .requestAnswer }

  /// The frame as it goes over the wire.
  public var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(Frame.length + padding)
    append(Frame.magic, to: &bytes)
    bytes.append(kind.rawValue)
    bytes.append(Frame.format)
    append(serverLoad, to: &bytes)
    append(UInt16(throughWorker ? Frame.workerFlag : 0), to: &bytes)
    append(UInt32(padding), to: &bytes)
    append(sequence, to: &bytes)
    append(UInt64(bitPattern: sentAt.nanoseconds), to: &bytes)
    bytes += [UInt8](repeating: 0, count: padding)
    return bytes
  }

  /// Reads a frame from its first `length` bytes; the padding follows.
  init(bytes: ArraySlice<UInt8>) throws(MalformedFrame) {
    func integer(at offset: Int, size: Int) -> UInt64 {
      bytes[(bytes.startIndex + offset)..<(bytes.startIndex + offset + size)].reduce(0) { $0 << 8 | UInt64($1) }
    }
    guard integer(at: 0, size: 2) == Frame.magic, integer(at: 3, size: 1) == Frame.format,
      let kind = Kind(rawValue: UInt8(integer(at: 2, size: 1))), integer(at: 8, size: 4) <= Frame.longestPadding
    else { throw MalformedFrame(bytes: Array(bytes)) }
    self.init(
      kind: kind, sequence: UInt32(integer(at: 12, size: 4)),
      sentAt: Instant(nanoseconds: Int64(bitPattern: integer(at: 16, size: 8))),
      serverLoad: UInt16(integer(at: 4, size: 2)),
      throughWorker: integer(at: 6, size: 2) & Frame.workerFlag != 0, padding: Int(integer(at: 8, size: 4)))
  }

  private static let magic: UInt16 = 0xf1a7
  private static let format: UInt8 = 2
  private static let workerFlag: UInt64 = 1

  private func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
    withUnsafeBytes(of: value.bigEndian) { bytes += $0 }
  }
}

/// Bytes that are not a frame: the stream can no longer be used.
public struct MalformedFrame: Error, Sendable, Hashable {
  public let bytes: [UInt8]
}

/// Cuts a stream of bytes, read in pieces of any size, into frames. It does not store padding: a frame's padding may be
/// a megabyte, and there may be a thousand connections.
public struct FrameDecoder: Sendable {
  /// The beginning of a frame: fewer bytes than a frame without padding.
  private var beginning: [UInt8] = []
  /// A frame whose padding is still on its way, and how many bytes are missing.
  private var incomplete: (frame: Frame, missing: Int)?

  public init() {}

  /// One frame in one datagram.
  public static func decode(datagram: [UInt8]) throws(MalformedFrame) -> Frame {
    guard datagram.count >= Frame.length else { throw MalformedFrame(bytes: datagram) }
    return try Frame(bytes: datagram[..<Frame.length])
  }

  /// Takes the next bytes of the stream; returns the frames that are complete with them.
  public mutating func decode(_ bytes: [UInt8]) throws(MalformedFrame) -> [Frame] {
    var frames: [Frame] = []
    var rest = bytes[...]
    while true {
      if let (frame, missing) = incomplete {
        let padding = rest.prefix(missing).count
        rest = rest.dropFirst(padding)
        guard padding == missing else {
          incomplete = (frame, missing - padding)
          return frames
        }
        frames.append(frame)
        incomplete = nil
      }
      let wanted = Frame.length - beginning.count
      beginning += rest.prefix(wanted)
      rest = rest.dropFirst(wanted)
      guard beginning.count == Frame.length else { return frames }
      let frame = try Frame(bytes: beginning[...])
      incomplete = (frame, frame.padding)
      beginning.removeAll(keepingCapacity: true)
    }
  }
}
