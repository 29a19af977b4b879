import Model

/// How files of earlier schema versions are read: as this version would have written them.
extension ResultRow {
  private static let notAffected = "not-affected"
  private static let slow = "slow"

  /// Whether this row, of version 1 or 2, is of a connection that a fault did not affect, or only slowed down: it was
  /// `missed` then, with a reason that began with one of these words.
  var isMissedForNothing: Bool {
    guard outcome == .missed, let reason else { return false }
    return reason.hasPrefix(Self.notAffected) || reason.hasPrefix(Self.slow)
  }

  /// Such a row as version 3 writes it.
  var asOfVersion3: ResultRow {
    var row = self
    row.outcome = .unaffected
    if let reason, reason.hasPrefix(Self.notAffected) {
      let rest = reason.dropFirst(Self.notAffected.count).drop { $0 == ";" || $0 == " " }
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
