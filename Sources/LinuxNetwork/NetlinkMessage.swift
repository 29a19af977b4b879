/// A received netlink message: header fields and payload (struct nlmsghdr, linux/netlink.h).
///
/// Parsed by hand because libnl's caches lose counters, and abort on some qdiscs (libnl 3.7, blackhole).
struct NetlinkMessage: Sendable {
  let type: UInt16
  let flags: UInt16
  let sequence: UInt32
  /// `nlmsg_pid`: the number of the requesting socket; 0 in a notification.
  let port: UInt32
  let payload: ArraySlice<UInt8>

  static let error: UInt16 = 2
  static let done: UInt16 = 3
  static let overrun: UInt16 = 4
  static let headerSize = 16
  /// NLM_F_DUMP_INTR: the objects changed while they were listed, so that some may be missing or listed twice.
  static let interrupted: UInt16 = 0x10

  /// Splits a datagram into its messages; nil if they do not fill it: the kernel sends no such datagram, so a part of
  /// it is missing.
  static func parse(_ datagram: ArraySlice<UInt8>) -> [NetlinkMessage]? {
    var messages: [NetlinkMessage] = []
    var rest = datagram
    while !rest.isEmpty {
      let length = Int(rest.load(UInt32.self, at: 0))
      guard rest.count >= headerSize, length >= headerSize, length <= rest.count else { return nil }
      messages.append(
        NetlinkMessage(
          type: rest.load(UInt16.self, at: 4), flags: rest.load(UInt16.self, at: 6),
          sequence: rest.load(UInt32.self, at: 8), port: rest.load(UInt32.self, at: 12),
          payload: rest.dropFirst(headerSize).prefix(length - headerSize)))
      rest = rest.dropFirst(min(aligned(length), rest.count))
    }
    return messages
  }

  /// The result of the request in an answer of type `error` or `done`: its errno, positive, or 0.
  ///
  /// Both begin with the negative errno; an acknowledgement is an error 0, and a kernel may leave it out at the end of a list.
  var errnoCode: Int32 { -payload.load(Int32.self, at: 0) }

  /// The attributes that follow `skipping` bytes of family header; a repeated type keeps the last.
  func attributes(skipping size: Int) -> [UInt16: ArraySlice<UInt8>] {
    Self.attributes(in: payload.dropFirst(Self.aligned(size)))
  }

  /// Parses a run of attributes (struct nlattr); the nested and byte-order flags are removed from the type.
  static func attributes(in bytes: ArraySlice<UInt8>) -> [UInt16: ArraySlice<UInt8>] {
    var found: [UInt16: ArraySlice<UInt8>] = [:]
    var rest = bytes
    while rest.count >= 4 {
      let length = Int(rest.load(UInt16.self, at: 0))
      guard length >= 4, length <= rest.count else { break }
      found[rest.load(UInt16.self, at: 2) & 0x3fff] = rest.dropFirst(4).prefix(length - 4)
      rest = rest.dropFirst(min(aligned(length), rest.count))
    }
    return found
  }

  /// An attribute, padded: struct nlattr and its content.
  static func attribute(_ type: some BinaryInteger, nested: Bool = false, _ content: [UInt8]) -> [UInt8] {
    // NLA_F_NESTED is the highest bit.
    let header = [UInt16(content.count + 4), UInt16(type) | (nested ? 0x8000 : 0)]
    return header.withUnsafeBytes { Array($0) } + content + Array(repeating: 0, count: (4 - content.count % 4) % 4)
  }

  private static func aligned(_ length: Int) -> Int { (length + 3) & ~3 }
}

extension ArraySlice<UInt8> {
  /// The integer in host byte order at `offset` from the slice's start; 0 beyond its end.
  func load<Value: FixedWidthInteger & BitwiseCopyable>(_: Value.Type, at offset: Int) -> Value {
    guard count >= offset + MemoryLayout<Value>.size else { return 0 }
    return withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Value.self) }
  }

  /// The text up to the first NUL.
  var text: String { String(decoding: prefix { $0 != 0 }, as: UTF8.self) }
}
