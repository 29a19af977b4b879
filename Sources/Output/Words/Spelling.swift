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

extension Duration {
  /// Three figures and a unit: `2.50 s`, `13.8 s`, `204 ms`, `0.31 ms`.
  var threeFigures: String {
    let seconds = inSeconds
    return seconds < 0.9995 ? "\(figures(seconds * 1000)) ms" : "\(figures(seconds)) s"
  }

  /// Decimals up to three significant figures.
  private func figures(_ value: Double) -> String {
    let decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0
    if decimals == 0 { return "\(Int64(value.rounded()))" }
    let scale: Double = decimals == 2 ? 100 : 10
    let scaled = Int64((value * scale).rounded())
    let rest = "\(scaled % Int64(scale))"
    return "\(scaled / Int64(scale)).\(String(repeating: "0", count: decimals - rest.count))\(rest)"
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

/// A range of two spellings, or one spelling if they are equal.
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

extension Duration {
  /// Milliseconds to one decimal: `-31.2`.
  var tenthsOfMilliseconds: String { "\((inSeconds * 10_000).rounded() / 10)" }
}

extension Prediction {
  /// nil unless it is a range.
  var range: ClosedRange<Duration>? {
    guard case .range(let min, let max) = self, min <= max else { return nil }
    return min...max
  }
}

extension Outcome {
  var colour: Colour {
    switch self {
    case .detected, .survived, .unaffected: .green
    case .late: .yellow
    case .missed, .falseAlarm, .error: .red
    }
  }
}
