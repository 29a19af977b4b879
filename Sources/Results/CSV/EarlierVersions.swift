import Model

/// How files of earlier schema versions are read: as this version would have written them.
extension ResultRow {
  /// Up to version 2, a connection that a fault did not affect, or only slowed down, was `missed` with the reason
  /// `not-affected` or `slow`.
  var asOfVersion3: ResultRow {
    guard outcome == .missed, let reason else { return self }
    let first = reason.prefix { $0 != ";" }
    guard first == "not-affected" || first == "slow" else { return self }
    var row = self
    row.outcome = .unaffected
    if first == "not-affected" {
      let rest = reason.dropFirst(first.count).drop { $0 == ";" || $0 == " " }
      row.reason = rest.isEmpty ? nil : String(rest)
    }
    return row
  }
}

extension String {
  /// Reads a plan's hash: up to version 2, hexadecimal digits without the `p` that keeps spreadsheets from taking them
  /// for a number.
  mutating func readPlan(_ cell: Span<UInt8>) -> Bool {
    guard read(cell) else { return false }
    if utf8.count == 16, utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }) {
      self = "p" + self
    }
    return true
  }
}
