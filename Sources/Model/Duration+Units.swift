extension Duration {
  /// Whole nanoseconds; saturates beyond the range of `Int64` (292 years).
  public var inNanoseconds: Int64 {
    let (seconds, attoseconds) = components
    let (product, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
    if overflow { return seconds < 0 ? .min : .max }
    let (sum, sumOverflow) = product.addingReportingOverflow(attoseconds / 1_000_000_000)
    return sumOverflow ? (seconds < 0 ? .min : .max) : sum
  }

  /// Seconds as a floating-point number, for statistics and output.
  public var inSeconds: Double {
    let (seconds, attoseconds) = components
    return Double(seconds) + Double(attoseconds) / 1e18
  }

  /// A duration from fractional seconds, rounded to the nanosecond.
  public init(seconds: Double) {
    self = .nanoseconds(Int64((seconds * 1e9).rounded()))
  }

  /// The shortest exact spelling with a unit, as scenario files write it: `3s`, `1500ms`, `20us`, `0s`.
  public var spelled: String {
    let nanoseconds = inNanoseconds
    for (unit, size) in [("s", 1_000_000_000), ("ms", 1_000_000), ("us", 1000)] as [(String, Int64)]
    where nanoseconds % size == 0 {
      return "\(nanoseconds / size)\(unit)"
    }
    return "\(nanoseconds)ns"
  }

  /// The reverse of `spelled`: a whole number and its unit; nil for anything else.
  public init?(spelled: String) {
    let units: [(String, Int64)] = [("ns", 1), ("us", 1000), ("ms", 1_000_000), ("s", 1_000_000_000)]
    guard let (unit, size) = units.first(where: { spelled.hasSuffix($0.0) }),
      let number = Int64(spelled.dropLast(unit.utf8.count))
    else { return nil }
    let (nanoseconds, overflow) = number.multipliedReportingOverflow(by: size)
    guard !overflow else { return nil }
    self = .nanoseconds(nanoseconds)
  }
}
