/// Regular expressions for whole numbers within limits, as JSON Schema has no limits for numbers within a text.
enum NumberPattern {
  /// Whole numbers of a range, leading zeros allowed. `range`: from 0 on.
  static func integers(_ range: ClosedRange<Int>) -> String {
    var alternatives: [String] = []
    var lower = range.lowerBound
    // For one number of digits at a time.
    while lower <= range.upperBound {
      let upper = min(range.upperBound, Int(String(repeating: "9", count: "\(lower)".count)) ?? range.upperBound)
      alternatives += sameLength(Array("\(lower)"), Array("\(upper)"))
      lower = upper + 1
    }
    return "0*(\(alternatives.joined(separator: "|")))"
  }

  private static func sameLength(_ lower: [Character], _ upper: [Character]) -> [String] {
    guard let low = lower.first, let high = upper.first else { return [""] }
    let (restLow, restHigh) = (Array(lower.dropFirst()), Array(upper.dropFirst()))
    let (isLeast, isMost) = (restLow.allSatisfy { $0 == "0" }, restHigh.allSatisfy { $0 == "9" })
    if low == high {
      return isLeast && isMost
        ? ["\(low)\(digits(restLow.count))"] : sameLength(restLow, restHigh).map { "\(low)\($0)" }
    }
    var all: [String] = []
    var (from, to) = (low.wholeNumberValue ?? 0, high.wholeNumberValue ?? 9)
    if !isLeast {
      all += sameLength(restLow, restLow.map { _ in "9" }).map { "\(low)\($0)" }
      from += 1
    }
    if !isMost { to -= 1 }
    if from <= to { all.append((from == to ? "\(from)" : "[\(from)-\(to)]") + digits(restLow.count)) }
    if !isMost { all += sameLength(restHigh.map { _ in "0" }, restHigh).map { "\(high)\($0)" } }
    return all
  }

  private static func digits(_ count: Int) -> String {
    switch count {
    case 0: ""
    case 1: "[0-9]"
    default: "[0-9]{\(count)}"
    }
  }

  /// A number of units, which may have decimals: whole multiples of `step` within `range`, both in the smallest unit.
  ///
  /// If the number has decimals, only its whole part is checked against the limits, and only the number of its decimals
  /// is checked.
  static func quantity(_ units: [(name: String, size: Int)], range: ClosedRange<Int>, step: Int = 1) -> String {
    let alternatives = units.compactMap { name, size -> String? in
      let (least, most) = ((range.lowerBound + size - 1) / size, range.upperBound / size)
      var forms: [String] = []
      if size % step == 0 {
        if least <= most { forms.append("\(integers(least...most))(\\.0+)?") }
        // The decimals that a multiple of a step can have.
        if let decimals = decimals(of: size / step) {
          forms.append("\(integers(range.lowerBound / size...most))\\.[0-9]{1,\(decimals)}0*")
        }
      } else if step % size == 0, let zeros = zeros(of: step / size) {
        let (least, most) = ((range.lowerBound + step - 1) / step, range.upperBound / step)
        if least <= most { forms.append("\(integers(least...most))\(zeros)(\\.0+)?") }
      }
      return forms.isEmpty ? nil : "(\(forms.joined(separator: "|")))\(name)"
    }
    return "(\(alternatives.joined(separator: "|")))"
  }

  /// How many decimals of a unit of this many steps can be whole steps; nil if none.
  private static func decimals(of steps: Int) -> Int? {
    guard steps > 1 else { return nil }
    var (rest, twos, fives) = (steps, 0, 0)
    while rest % 2 == 0 { (rest, twos) = (rest / 2, twos + 1) }
    while rest % 5 == 0 { (rest, fives) = (rest / 5, fives + 1) }
    let most = max(twos, fives)
    return most == 0 ? nil : most
  }

  /// The zeros that a power of ten ends with; nil if it is not one.
  private static func zeros(of power: Int) -> String? {
    var (rest, count) = (power, 0)
    while rest % 10 == 0 { (rest, count) = (rest / 10, count + 1) }
    return rest == 1 ? String(repeating: "0", count: count) : nil
  }
}
