import Model

extension Duration {
  /// A time for people, in its two largest units: `0.3 s`, `45 s`, `3 min 45 s`, `2 h 16 min`, `90 d`.
  ///
  /// - Parameter rule: how the last unit shown is rounded: up for a limit.
  public func roughly(_ rule: FloatingPointRoundingRule = .toNearestOrAwayFromZero) -> String {
    // Thirty million years are enough.
    let seconds = min(1e15, max(0, inSeconds))
    if seconds < 10 {
      let tenths = Int((seconds * 10).rounded(rule))
      return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
    }
    let units: [(name: String, size: Int)] = [("d", 86_400), ("h", 3600), ("min", 60), ("s", 1)]
    // It is first rounded to the smaller of the two units, so that no unit overflows (`60 min`).
    let largest = units.firstIndex { Double($0.size) <= seconds } ?? units.count - 1
    let smaller = units[min(largest + 1, units.count - 1)]
    var rest = Int((seconds / Double(smaller.size)).rounded(rule)) * smaller.size
    let parts = units.map { unit in
      defer { rest %= unit.size }
      return "\(rest / unit.size) \(unit.name)"
    }
    return parts.filter { !$0.hasPrefix("0 ") }.prefix(2).joined(separator: " ")
  }
}
