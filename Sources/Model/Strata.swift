/// A whole divided into as many equal parts as there are trials; each trial gets one part, in a random order.
public struct Strata: Sendable {
  private let parts: [Int]

  /// - Parameter order: decides which trial gets which part.
  public init(trials: Int, order: KeyedRandom) {
    var random = order
    // Fisher and Yates' shuffle, written out so that no change of the standard library changes old plans.
    var numbers = Array(0..<trials)
    for last in stride(from: trials - 1, to: 0, by: -1) {
      numbers.swapAt(last, Int(random.next().multipliedFullWidth(by: UInt64(last + 1)).high))
    }
    parts = numbers
  }

  /// A trial's point of `whole`, drawn uniformly from its part: at least zero, and below the whole. Trials count from
  /// 1.
  public func point(of whole: Duration, trial: Int, by random: KeyedRandom) -> Duration {
    var random = random
    let share = (Double(parts[trial - 1]) + random.uniform()) / Double(parts.count)
    // Rounded down to the nanosecond, so that it stays within its part.
    return .nanoseconds(Int64(Double(whole.inNanoseconds) * share))
  }
}
