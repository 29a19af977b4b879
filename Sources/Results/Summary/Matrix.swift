import Model

/// Faults across, detectors down: what each detector does about each fault.
///
/// Columns are in the order of the faults' catalogue, rows in the order of the mechanisms'; within these in the order of
/// first appearance, and by name.
public struct Matrix: Sendable {
  /// A scenario, by one clock.
  public struct Column: Sendable {
    public var title: MatrixTitle
    /// Its conditions; the groups are in the cells.
    public var scenario: ScenarioSummary
  }

  /// A detector with its settings, seen from one side.
  public struct Row: Sendable {
    public var detector: String
    public var mechanism: Mechanism
    public var settings: String
    public var mode: DetectorMode
    public var observer: Observer
    /// One for each column; nil where it was not measured.
    public var cells: [MatrixCell?]
  }

  public var columns: [Column]
  public var rows: [Row]

  /// The matrix of a summary's rows.
  public init(_ summary: Summary) {
    let order = Dictionary(uniqueKeysWithValues: FaultKind.allCases.enumerated().map { ($1, $0) })
    let scenarios = summary.scenarios.enumerated()
      .sorted { (order[$0.element.fault] ?? 0, $0.offset) < (order[$1.element.fault] ?? 0, $1.offset) }
      .map(\.element)
    columns = zip(MatrixTitle.titles(of: scenarios), scenarios).map(Column.init)
    var cells: [Key: [MatrixCell?]] = [:]
    for (index, scenario) in scenarios.enumerated() {
      for group in scenario.groups {
        cells[Key(group), default: Array(repeating: nil, count: scenarios.count)][index] = MatrixCell(group)
      }
    }
    rows = cells.keys.sorted().map { key in
      Row(
        detector: key.detector, mechanism: key.mechanism, settings: key.settings, mode: key.mode,
        observer: key.observer, cells: cells[key] ?? [])
    }
  }

  /// The values of all columns, in order of first appearance.
  public func distinct<Value: Hashable>(_ values: (ScenarioSummary) -> [Value]) -> [Value] {
    var seen: Set<Value> = []
    return columns.flatMap { values($0.scenario) }.filter { seen.insert($0).inserted }
  }

  /// When the first and the last measurement began, as ISO 8601 in UTC; nil without columns.
  public var started: ClosedRange<String>? {
    let ranges = columns.map(\.scenario.started)
    guard let first = ranges.map(\.lowerBound).min(), let last = ranges.map(\.upperBound).max() else { return nil }
    return first...last
  }

  /// The least and the greatest number of counted trials of any cell; nil without cells.
  public var trials: ClosedRange<Int>? {
    let counts = rows.flatMap { $0.cells.compactMap { $0?.counted } }
    guard let least = counts.min(), let most = counts.max() else { return nil }
    return least...most
  }
}

/// The key of a matrix row, in the order of sorting.
private struct Key: Hashable, Comparable {
  let mechanism: Mechanism
  let detector: String
  let observer: Observer
  let mode: DetectorMode
  let settings: String

  init(_ group: GroupSummary) {
    mechanism = group.mechanism
    detector = group.detector
    observer = group.observer
    mode = group.mode
    settings = group.settings
  }

  static func < (left: Key, right: Key) -> Bool {
    if left.mechanism != right.mechanism { return left.rank < right.rank }
    return (left.detector, left.observer.rawValue, left.mode.rawValue, left.settings)
      < (right.detector, right.observer.rawValue, right.mode.rawValue, right.settings)
  }

  private var rank: Int { Mechanism.allCases.firstIndex(of: mechanism) ?? 0 }
}
