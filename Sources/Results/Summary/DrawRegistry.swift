import Model

/// The draws in a group of rows, to find trials that were measured more than once.
///
/// Where a fault falls follows from the seed, the trial and the number of trials planned. The virtual clock gives the
/// same row again for the same draw; on the real clock a repeat is another measurement of the same phase.
struct DrawRegistry: Sendable {
  private struct Series: Hashable {
    let seed: Int64
    let trialsPlanned: Int
  }

  private var indices: [Series: Int] = [:]
  private var trials: [TrialSet] = []
  /// The series of the last row: most rows follow one of their own.
  private var last: (series: Series, index: Int)?

  /// Whether the row's draw is new; stores it.
  mutating func insert(_ row: ResultRow) -> Bool {
    let series = Series(seed: row.seed, trialsPlanned: row.trialsPlanned)
    if let last, last.series == series { return trials[last.index].insert(row.trial) }
    let index = indices[series, default: trials.count]
    if index == trials.count {
      indices[series] = index
      trials.append(TrialSet())
    }
    last = (series, index)
    return trials[index].insert(row.trial)
  }
}

/// Trial numbers from 0: one bit each, as they count up from 1; numbers far beyond their count are in a set.
private struct TrialSet: Sendable {
  private var bits: [UInt64] = []
  private var far: Set<Int> = []
  private var count = 0

  /// Whether it is new.
  mutating func insert(_ trial: Int) -> Bool {
    let (word, bit) = (trial >> 6, UInt64(1) << UInt64(trial & 63))
    if word >= bits.count {
      guard word <= count / 8 + 16 else { return far.insert(trial).inserted }
      bits.append(contentsOf: repeatElement(0, count: word + 1 - bits.count))
    }
    guard bits[word] & bit == 0, far.isEmpty || !far.contains(trial) else { return false }
    bits[word] |= bit
    count += 1
    return true
  }
}

/// How many measurements the runs of a group planned, and how many of them have rows.
struct Completeness: Sendable {
  private var runs: [String: (planned: Int, present: Int)] = [:]
  private var current: (run: String, planned: Int, present: Int)?

  mutating func add(_ row: ResultRow) {
    if let current, current.run == row.run {
      self.current = (current.run, max(current.planned, row.trialsPlanned), current.present + 1)
      return
    }
    store()
    let known = runs[row.run] ?? (0, 0)
    current = (row.run, max(known.planned, row.trialsPlanned), known.present + 1)
  }

  private mutating func store() {
    if let current { runs[current.run] = (current.planned, current.present) }
  }

  /// Over all runs.
  var total: (planned: Int, present: Int) {
    var copy = self
    copy.store()
    // The number of those with rows, although a handmade file may contain more.
    return copy.runs.values.reduce((0, 0)) { ($0.0 + $1.planned, $0.1 + min($1.present, $1.planned)) }
  }
}
