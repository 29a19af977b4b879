extension UInt8 {
  static let comma = UInt8(ascii: ",")
  static let quote = UInt8(ascii: "\"")
  static let lineFeed = UInt8(ascii: "\n")
  static let carriageReturn = UInt8(ascii: "\r")
}

extension Span<UInt8> {
  /// Whether it contains exactly this text.
  func equals(_ text: String) -> Bool {
    guard count == text.utf8.count else { return false }
    var index = 0
    for byte in text.utf8 {
      if self[index] != byte { return false }
      index += 1
    }
    return true
  }

  /// How many bytes from two positions on are the same, up to the end of the span.
  func commonLength(_ later: Int, _ earlier: Int) -> Int {
    precondition(0 <= earlier && earlier <= later && later <= count)
    let limit = count - later
    var length = 0
    while length &+ 8 <= limit {
      let difference = word(at: later &+ length) ^ word(at: earlier &+ length)
      if difference != 0 { return length &+ difference.trailingZeroBitCount >> 3 }
      length &+= 8
    }
    while length < limit, self[unchecked: later &+ length] == self[unchecked: earlier &+ length] { length &+= 1 }
    return length
  }

  /// The eight bytes at `index`, which must be in bounds, the first one lowest.
  func word(at index: Int) -> UInt64 {
    UInt64(littleEndian: bytes.unsafeLoadUnaligned(fromUncheckedByteOffset: index, as: UInt64.self))
  }
}

extension UInt64 {
  /// How many of its eight bytes, from the lowest, come before the first below 0x2d, which is the one after the comma.
  ///
  /// `hasless` of Anderson's Bit Twiddling Hacks: the lowest bit set is the high bit of that byte.
  var bytesBeforeOneBelow0x2d: Int {
    let below = (self &- 0x2d2d_2d2d_2d2d_2d2d) & ~self & 0x8080_8080_8080_8080
    return below.trailingZeroBitCount >> 3
  }
}
