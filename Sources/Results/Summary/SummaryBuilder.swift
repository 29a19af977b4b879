import Model

/// Summarises rows as they come, without keeping them: each takes at most 32 bytes.
public struct SummaryBuilder: Sendable {
  private struct Key: Hashable {
    let plan: String
    let scenario: String
    let clock: Clock
    let kernel: String

    init(_ row: ResultRow) {
      plan = row.plan
      scenario = row.scenario
      clock = row.clock
      kernel = row.kernel
    }

    func matches(_ row: ResultRow) -> Bool {
      clock == row.clock && scenario == row.scenario && plan == row.plan && kernel == row.kernel
    }
  }

  private var scenarios: [ScenarioAccumulator] = []
  private var indices: [Key: Int] = [:]
  /// The scenario of the last row: most rows follow one of their own.
  private var current: (key: Key, index: Int)?
  private let findingLimit: Int

  /// - Parameter findingLimit: for each kind and scenario, findings beyond this many are counted, not kept.
  public init(findingLimit: Int = 20) {
    self.findingLimit = findingLimit
  }

  public mutating func add(_ row: ResultRow) {
    if let current, current.key.matches(row) {
      scenarios[current.index].add(row)
      return
    }
    let key = Key(row)
    let index = indices[key, default: scenarios.count]
    if index == scenarios.count {
      indices[key] = index
      scenarios.append(ScenarioAccumulator(row, findingLimit: findingLimit))
    }
    current = (key, index)
    scenarios[index].add(row)
  }

  public func summary() -> Summary {
    Summary(scenarios: scenarios.map { $0.summary() })
  }
}

/// The rows of one scenario, by one clock of one kernel.
private struct ScenarioAccumulator {
  private var summarized: ScenarioSummary
  private var hz = Distinct<Int>()
  private var versions = Distinct<String>()
  private var runs = Distinct<String>()
  private var seeds = Distinct<Int64>()
  private var repeats = 0
  private var started: ClosedRange<String>
  private var lastStarted: String
  private var groups: [GroupAccumulator] = []
  /// The keys of the groups, index by index.
  private var watchers: [(name: String, observer: Observer, mode: DetectorMode)] = []

  init(_ row: ResultRow, findingLimit: Int) {
    summarized = ScenarioSummary(
      plan: row.plan, scenario: row.scenario, clock: row.clock, kernel: row.kernel, path: row.path, family: row.family,
      cables: row.cables, workload: row.workload, timeline: row.timeline, fault: row.fault,
      faultTarget: row.faultTarget, hz: [], versions: [], runs: [], seeds: [], planned: 0, present: 0, repeats: 0,
      groups: [],
      outsidePrediction: FindingList(limit: findingLimit),
      unconfirmed: FindingList(limit: findingLimit), errors: FindingList(limit: findingLimit),
      started: row.startedAt...row.startedAt)
    started = summarized.started
    lastStarted = row.startedAt
  }

  mutating func add(_ row: ResultRow) {
    hz.insert(row.hz)
    versions.insert(row.version)
    runs.insert(row.run)
    seeds.insert(row.seed)
    if row.startedAt != lastStarted {
      lastStarted = row.startedAt
      if !started.contains(lastStarted) {
        started = min(started.lowerBound, lastStarted)...max(started.upperBound, lastStarted)
      }
    }
    let group = groupIndex(row)
    groups[group].register(row)
    if row.standing == .counted, !groups[group].isNewDraw(row) {
      repeats += 1
      if row.clock == .virtual { return }
    }
    switch row.standing {
    case .counted:
      if row.withinPrediction == false {
        summarized.outsidePrediction.add(
          Finding(
            row,
            .outsidePrediction(outcome: row.outcome, detection: row.detection, predicted: row.prediction)))
      }
    case .unconfirmed: summarized.unconfirmed.add(Finding(row, .unconfirmed(row.faultVerdict, reason: row.reason)))
    case .error: summarized.errors.add(Finding(row, .error(reason: row.reason)))
    }
    groups[group].add(row)
  }

  private mutating func groupIndex(_ row: ResultRow) -> Int {
    // A scenario has few detectors: searching them is faster than hashing.
    for index in watchers.indices {
      let watcher = watchers[index]
      if watcher.name == row.detector, watcher.observer == row.observer, watcher.mode == row.mode { return index }
    }
    watchers.append((row.detector, row.observer, row.mode))
    groups.append(GroupAccumulator(row))
    return watchers.count - 1
  }

  func summary() -> ScenarioSummary {
    var result = summarized
    result.hz = hz.values
    result.versions = versions.values
    result.runs = runs.values
    result.seeds = seeds.values
    (result.planned, result.present) = groups.map(\.completeness.total).reduce((0, 0)) { ($0.0 + $1.0, $0.1 + $1.1) }
    result.repeats = repeats
    result.started = started
    result.groups = groups.map { $0.summary() }
    return result
  }
}
