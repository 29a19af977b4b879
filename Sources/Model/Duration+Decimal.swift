extension Duration {
  /// The seconds as a decimal number, exact to the nanosecond, never with an exponent nor with trailing zeros:
  /// `3.004127`.
  public var decimalSeconds: String {
    var bytes: [UInt8] = []
    appendDecimalSeconds(to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends `decimalSeconds`, in ASCII.
  public func appendDecimalSeconds(to bytes: inout [UInt8]) {
    let nanoseconds = inNanoseconds
    if nanoseconds < 0 { bytes.append(UInt8(ascii: "-")) }
    let (seconds, fraction) = nanoseconds.magnitude.quotientAndRemainder(dividingBy: 1_000_000_000)
    bytes.append(contentsOf: String(seconds).utf8)
    guard fraction > 0 else { return }
    bytes.append(UInt8(ascii: "."))
    var rest = fraction
    var place: UInt64 = 100_000_000
    while rest > 0 {
      bytes.append(UInt8(ascii: "0") + UInt8(rest / place))
      rest %= place
      place /= 10
    }
  }
}
