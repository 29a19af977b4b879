import EndpointProtocol
import Model
import Testing

@Suite("Frames between client and server")
struct FrameTests {
  static let frames: [Frame] = Frame.Kind.allCases.map {
    Frame(
      kind: $0, sequence: .max - 1, sentAt: Instant(nanoseconds: 0x0102_0304_0506_0708), serverLoad: 999,
      throughWorker: $0 == .heartbeat, padding: $0 == .message ? 30 : 0)
  }

  @Test("a frame is 24 bytes, big-endian")
  func layout() {
    let frame = Frame(kind: .request, sequence: 258, sentAt: Instant(nanoseconds: 1), serverLoad: 772)
    #expect(frame.bytes.count == Frame.length)
    #expect(
      frame.bytes == [0xf1, 0xa7, 3, 2, 3, 4, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 0, 0, 0, 1])
  }

  @Test("frames are found however the stream is cut", arguments: [1, 2, 7, 23, 24, 25, 95, 96])
  func split(size: Int) throws {
    let stream = Self.frames.flatMap(\.bytes)
    var decoder = FrameDecoder()
    var found: [Frame] = []
    for start in stride(from: 0, to: stream.count, by: size) {
      found += try decoder.decode(Array(stream[start..<min(start + size, stream.count)]))
    }
    #expect(found == Self.frames)
  }

  static let foreign: [[UInt8]] = [
    Array("GET / HTTP/1.1\r\nHost: flatline\r\n".utf8),
    // An unknown kind, and an unknown format.
    Array(frames[0].bytes[..<2]) + [9] + Array(frames[0].bytes[3...]),
    Array(frames[0].bytes[..<3]) + [1] + Array(frames[0].bytes[4...]),
  ]

  @Test("a datagram holds one frame, its padding aside")
  func datagram() throws {
    for frame in Self.frames { #expect(try FrameDecoder.decode(datagram: frame.bytes) == frame) }
    #expect(throws: MalformedFrame.self) { _ = try FrameDecoder.decode(datagram: [0xf1, 0xa7]) }
  }

  @Test("bytes that are no frame are refused", arguments: foreign)
  func malformed(bytes: [UInt8]) {
    var decoder = FrameDecoder()
    #expect(throws: MalformedFrame.self) { _ = try decoder.decode(bytes) }
  }

  @Test("an answer repeats sequence and send time, carries the load, and has no answer itself")
  func answer() {
    let answer = Frame(kind: .heartbeat, sequence: 7, sentAt: Instant(nanoseconds: 8)).answer(serverLoad: 250)
    #expect(
      answer == Frame(kind: .heartbeatAnswer, sequence: 7, sentAt: Instant(nanoseconds: 8), serverLoad: 250))
    #expect(answer?.answer(serverLoad: 0) == nil)
    #expect(answer?.isAnswer == true)
  }
}
