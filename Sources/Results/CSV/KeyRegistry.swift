import Model

/// The keys of all rows so far, to find duplicate rows.
struct KeyRegistry {
  private var files: [(name: String, firstPlace: UInt32)] = []
  /// The trials, by a 64-bit hash of the rest of the key.
  private var trials: [UInt64: Int] = [:]
  private var trialSets: [TrialSet] = []
  private var lastPlace: UInt32 = 0

  mutating func beginFile(_ name: String) {
    files.append((name, lastPlace))
  }

  /// Where the row's key occurred before, as `file:line`; if it is new, nil, and the key is remembered.
  ///
  /// - Parameter columns: the positions of the key's cells, except the trial.
  mutating func register(
    _ cells: [RowScanner.Cell], _ columns: [Int], in block: Span<UInt8>, trial: Int, line: Int
  ) -> String? {
    let hash = Self.hash(cells, columns, in: block)
    let index = trials[hash, default: trialSets.count]
    if index == trialSets.count {
      trials[hash] = index
      trialSets.append(TrialSet())
    }
    // Beyond four thousand million lines the places are no longer known, but duplicate rows are still found.
    lastPlace = UInt32(clamping: Int(files.last?.firstPlace ?? 0) + line)
    return trialSets[index].insert(trial, at: lastPlace).map(describe)
  }

  private func describe(_ place: UInt32) -> String {
    guard let file = files.last(where: { $0.firstPlace < place }) else { return "an earlier row" }
    return "\(file.name):\(place - file.firstPlace)"
  }

  private static func hash(_ cells: [RowScanner.Cell], _ columns: [Int], in block: Span<UInt8>) -> UInt64 {
    var hash = FNV1a()
    for (place, column) in columns.enumerated() {
      let cell = cells[column]
      // The plan comes first; with and without its prefix it is the same.
      let isPrefixed = place == 0 && cell.end - cell.start == 17 && block[cell.start] == UInt8(ascii: "p")
      for index in (cell.start + (isPrefixed ? 1 : 0))..<cell.end { hash.add(block[index]) }
      hash.endPart()
    }
    return hash.value
  }
}

/// Trial numbers, each with the place of its first occurrence; places are not 0.
///
/// Trials count up from 1, so most lie in an array: a table of a million hashes would miss the cache at every row.
private struct TrialSet {
  private var dense: [UInt32] = []
  private var sparse: [Int: UInt32] = [:]
  private var count = 0

  /// The trial's place if it occurred before; else nil, and the place is stored.
  mutating func insert(_ trial: Int, at place: UInt32) -> UInt32? {
    if let before = sparse.isEmpty ? nil : sparse[trial] { return before }
    if trial >= dense.count {
      guard trial <= 2 * count + 16 else {
        sparse[trial] = place
        return nil
      }
      dense.append(contentsOf: repeatElement(0, count: trial + 1 - dense.count))
    }
    guard dense[trial] == 0 else { return dense[trial] }
    dense[trial] = place
    count += 1
    return nil
  }
}
