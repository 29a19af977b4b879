import Model

/// The keys of all rows so far, to find rows that are there twice.
struct KeyRegistry {
  private var files: [(name: String, firstPlace: UInt32)] = []
  /// The trials of everything else that is in a key, by a 64-bit hash of it.
  private var trials: [UInt64: Int] = [:]
  private var trialSets: [TrialSet] = []
  private var lastPlace: UInt32 = 0

  mutating func beginFile(_ name: String) {
    files.append((name, lastPlace))
  }

  /// Where the row's key was before, as `file:line`; nil if it is new, and then it is remembered.
  ///
  /// - Parameter columns: where the cells of the key stand, but for the trial.
  mutating func register(
    _ cells: [RowScanner.Cell], _ columns: [Int], in block: Span<UInt8>, trial: Int, line: Int
  ) -> String? {
    let hash = Self.hash(cells, columns, in: block)
    let index = trials[hash, default: trialSets.count]
    if index == trialSets.count {
      trials[hash] = index
      trialSets.append(TrialSet())
    }
    // Beyond four thousand million lines the places are no longer known, but rows still are told apart.
    lastPlace = UInt32(clamping: Int(files.last?.firstPlace ?? 0) + line)
    return trialSets[index].insert(trial, at: lastPlace).map(describe)
  }

  private func describe(_ place: UInt32) -> String {
    guard let file = files.last(where: { $0.firstPlace < place }) else { return "an earlier row" }
    return "\(file.name):\(place - file.firstPlace)"
  }

  private static func hash(_ cells: [RowScanner.Cell], _ columns: [Int], in block: Span<UInt8>) -> UInt64 {
    var hash = FNV1a()
    for column in columns {
      for index in cells[column].start..<cells[column].end { hash.add(block[index]) }
      hash.endPart()
    }
    return hash.value
  }
}

/// Trial numbers, each with the place where it was first; places are not 0.
///
/// Trials count up from 1, so most lie in an array: a table of a million hashes would miss the cache at every row.
private struct TrialSet {
  private var dense: [UInt32] = []
  private var sparse: [Int: UInt32] = [:]
  private var count = 0

  /// The trial's place if it was there before; else nil, and it is now.
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
