import Model
import Results

extension Duration {
  /// Seconds to three decimals: `3.004`.
  var thousandths: String {
    let nanoseconds = inNanoseconds
    let milliseconds = (nanoseconds.magnitude + 500_000) / 1_000_000
    let decimals = String(milliseconds % 1000)
    let sign = nanoseconds < 0 && milliseconds > 0 ? "-" : ""
    return "\(sign)\(milliseconds / 1000).\(String(repeating: "0", count: 3 - decimals.count))\(decimals)"
  }
}

extension Bounded {
  /// Seconds to three decimals: `3.004`, or `>12.000`.
  var spelled: String {
    switch self {
    case .at(let duration): duration.thousandths
    case .beyond(let limit): ">\(limit.thousandths)"
    }
  }
}

/// A range of two spellings, or the one if they agree.
func rangeSpelled(_ lower: String, _ upper: String) -> String {
  lower == upper ? lower : "\(lower)..\(upper)"
}

extension Prediction {
  /// `2.001..3.999`, `never`; empty if unknown.
  var spelled: String {
    switch self {
    case .range(let min, let max): rangeSpelled(min.thousandths, max.thousandths)
    case .never: "never"
    case .unknown: ""
    }
  }
}

extension Outcome {
  var colour: Colour {
    switch self {
    case .detected, .survived: .green
    case .late: .yellow
    case .missed, .falseAlarm, .error: .red
    }
  }
}
