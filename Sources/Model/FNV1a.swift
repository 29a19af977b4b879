/// The hash FNV-1a of 64 bits (Fowler, Noll, Vo; draft-eastlake-fnv): fast, the same on every machine and in every
/// version, but no protection against deliberate collisions.
@frozen
public struct FNV1a: Sendable, Hashable {
  @usableFromInline var state: UInt64 = 0xcbf2_9ce4_8422_2325

  @inlinable
  public init() {}

  /// The hash of a text's UTF-8.
  public init(_ text: String) {
    add(text)
  }

  /// The hash of what was added so far.
  @inlinable public var value: UInt64 { state }

  @inlinable
  public mutating func add(_ byte: UInt8) {
    state = (state ^ UInt64(byte)) &* 0x100_0000_01b3
  }

  public mutating func add(_ text: String) {
    for byte in text.utf8 { add(byte) }
  }

  /// Ends one of several parts by a byte that UTF-8 does not have, so that ("ab", "c") and ("a", "bc") differ.
  @inlinable
  public mutating func endPart() { add(0xff) }

  /// 16 hexadecimal digits.
  public var hexadecimal: String { Self.hexadecimal(state, digits: 16) }

  /// 8 hexadecimal digits: both halves, folded.
  public var folded: String { Self.hexadecimal(UInt64(UInt32(truncatingIfNeeded: state ^ state >> 32)), digits: 8) }

  private static func hexadecimal(_ number: UInt64, digits: Int) -> String {
    let text = String(number, radix: 16)
    return String(repeating: "0", count: digits - text.utf8.count) + text
  }
}
