/// One received netlink message: header fields and what follows (struct nlmsghdr, linux/netlink.h).
///
/// Parsed by hand because libnl's caches lose counters, and abort on some qdiscs (libnl 3.7, blackhole).
struct NetlinkMessage: Sendable {
  let type: UInt16
  let sequence: UInt32
  let payload: ArraySlice<UInt8>

  static let error: UInt16 = 2
  static let done: UInt16 = 3
  static let headerSize = 16

  /// Splits a received buffer into its messages; a malformed tail is dropped, as the kernel sends none.
  static func parse(_ buffer: ArraySlice<UInt8>) -> [NetlinkMessage] {
    var messages: [NetlinkMessage] = []
    var rest = buffer
    while rest.count >= headerSize {
      let length = Int(rest.load(UInt32.self, at: 0))
      guard length >= headerSize, length <= rest.count else { break }
      messages.append(
        NetlinkMessage(
          type: rest.load(UInt16.self, at: 4), sequence: rest.load(UInt32.self, at: 8),
          payload: rest.dropFirst(headerSize).prefix(length - headerSize)))
      rest = rest.dropFirst(min(aligned(length), rest.count))
    }
    return messages
  }

  /// The attributes that follow `skipping` bytes of family header; a repeated type keeps the last.
  func attributes(skipping size: Int) -> [UInt16: ArraySlice<UInt8>] {
    Self.attributes(in: payload.dropFirst(Self.aligned(size)))
  }

  /// Parses a run of attributes (struct nlattr); the nested and byte-order flags are cut off the type.
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

  private static func aligned(_ length: Int) -> Int { (length + 3) & ~3 }
}

extension ArraySlice<UInt8> {
  /// The integer of host byte order at `offset` from the slice's start; 0 beyond its end.
  func load<Value: FixedWidthInteger & BitwiseCopyable>(_: Value.Type, at offset: Int) -> Value {
    guard count >= offset + MemoryLayout<Value>.size else { return 0 }
    return withUnsafeBytes { $0.loadUnaligned(fromByteOffset: offset, as: Value.self) }
  }

  /// The text up to the first NUL.
  var text: String { String(decoding: prefix { $0 != 0 }, as: UTF8.self) }
}
