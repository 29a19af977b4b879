import Glibc
import Model

/// Random numbers that are the same in every run: splitmix64 (Steele, Lea, Flood 2014).
struct RandomSeries {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// Uniform on (0, 1).
  mutating func uniform() -> Double {
    state &+= 0x9e37_79b9_7f4a_7c15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
    return (Double((mixed ^ (mixed >> 31)) >> 11) + 0.5) / Double(1 << 53)
  }

  /// Uniform on the whole numbers of `range`.
  mutating func uniform(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + Int(uniform() * Double(range.count))
  }

  /// Standard normal, by Box and Muller.
  mutating func normal() -> Double {
    (-2 * log(uniform())).squareRoot() * cos(2 * Double.pi * uniform())
  }
}

func milliseconds(_ count: Double) -> Instant { Instant(nanoseconds: Int64((count * 1e6).rounded())) }
