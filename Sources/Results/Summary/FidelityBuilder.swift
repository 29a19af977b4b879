import Model

/// Pairs the rows of the two clocks, in whatever order they come.
public struct FidelityBuilder: Sendable {
  /// The common values of the rows of one group.
  private struct Subject: Hashable {
    let plan, scenario, detector: String
    let observer: Observer
    let mode: DetectorMode

    init(_ row: ResultRow) {
      (plan, scenario, detector) = (row.plan, row.scenario, row.detector)
      (observer, mode) = (row.observer, row.mode)
    }
  }

  /// What makes t0 fall into the same phase: phases are drawn by seed and trial, and stratified over all trials.
  private struct Draw: Hashable {
    let trial, trialsPlanned: Int
    let seed: Int64

    init(_ row: ResultRow) {
      (trial, trialsPlanned, seed) = (row.trial, row.trialsPlanned, row.seed)
    }
  }

  private struct Rows {
    /// In order of first appearance, each place with its rows.
    var places: [(place: Fidelity.Place, rows: [ResultRow])] = []
    var uncounted = 0
    var repeats = 0
    private var draws: [Fidelity.Place: DrawRegistry] = [:]

    mutating func add(_ row: ResultRow) {
      let place = Fidelity.Place(kernel: row.kernel, hz: row.hz)
      guard row.clock == .real || draws[place, default: DrawRegistry()].insert(row) else {
        repeats += 1
        return
      }
      if let index = places.firstIndex(where: { $0.place == place }) {
        places[index].rows.append(row)
      } else {
        places.append((place, [row]))
      }
    }
  }

  private var subjects: [Subject] = []
  private var rows: [Subject: [Clock: Rows]] = [:]
  private var examples: [Subject: ResultRow] = [:]

  public init() {}

  public mutating func add(_ row: ResultRow) {
    let subject = Subject(row)
    if examples[subject] == nil {
      examples[subject] = row
      subjects.append(subject)
    }
    if row.standing == .counted {
      rows[subject, default: [:]][row.clock, default: Rows()].add(row)
    } else {
      rows[subject, default: [:]][row.clock, default: Rows()].uncounted += 1
    }
  }

  /// - Parameter pairsNeeded: how many pairs each detector must have for a verdict.
  public func fidelity(pairsNeeded: Int = 5) -> Fidelity {
    Fidelity(groups: subjects.flatMap(groups), pairsNeeded: pairsNeeded)
  }

  /// One for each pair of kernels, or one without a pair if a clock has no rows.
  private func groups(of subject: Subject) -> [Fidelity.Group] {
    guard let example = examples[subject], let rows = rows[subject] else { return [] }
    let (real, virtual) = (rows[.real] ?? Rows(), rows[.virtual] ?? Rows())
    let virtualRepeats = virtual.repeats
    let uncounted = real.uncounted + virtual.uncounted
    func group(
      _ real: (place: Fidelity.Place, rows: [ResultRow])?, _ virtual: (place: Fidelity.Place, rows: [ResultRow])?
    )
      -> Fidelity.Group
    {
      let pairs = pairs(real?.rows ?? [], virtual?.rows ?? [])
      let paired = Set(pairs.map(\.real)).count + Set(pairs.map(\.virtual)).count
      return Fidelity.Group(
        plan: subject.plan, scenario: subject.scenario, fault: example.fault, faultTarget: example.faultTarget,
        detector: subject.detector, observer: subject.observer, mode: subject.mode, real: real?.place,
        virtual: virtual?.place, pairs: pairs,
        unpaired: (real?.rows.count ?? 0) + (virtual?.rows.count ?? 0) - paired + uncounted,
        repeats: virtual == nil ? 0 : virtualRepeats)
    }
    if real.places.isEmpty || virtual.places.isEmpty {
      let either = real.places.first.map { group($0, nil) } ?? group(nil, virtual.places.first)
      return [either]
    }
    return real.places.flatMap { real in virtual.places.map { group(real, $0) } }
  }

  /// Each real row with each virtual one of the same draw.
  private func pairs(_ real: [ResultRow], _ virtual: [ResultRow]) -> [ClockPair] {
    let partners = Dictionary(grouping: virtual, by: Draw.init)
    return real.flatMap { row in (partners[Draw(row)] ?? []).map { ClockPair(real: row, virtual: $0) } }
  }
}
