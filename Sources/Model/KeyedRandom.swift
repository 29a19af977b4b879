/// Random numbers that depend only on their purpose, never on the order of drawing.
///
/// The key's parts (seed, scenario, trial, purpose, ...) are hashed with FNV-1a (64 bit) and finished with the
/// SplitMix64 mixer (Steele, Lea, Flood 2014), so that adding or removing a detector changes no other draw.
public struct KeyedRandom: RandomNumberGenerator, Sendable {
  private var state: UInt64

  public init(seed: Int64, _ key: String...) {
    var hash = FNV1a()
    for part in ["\(seed)"] + key {
      hash.add(part)
      hash.endPart()
    }
    state = hash.value
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return mixed ^ (mixed >> 31)
  }

  /// Uniform on [0, 1).
  public mutating func uniform() -> Double {
    Double(next() >> 11) * 0x1p-53
  }
}
