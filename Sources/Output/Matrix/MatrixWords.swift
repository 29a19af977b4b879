import Model
import Results

/// What a matrix says, in words.
enum MatrixWords {
  /// What the matrix covers: `real clock, kernel 6.18.5, HZ 250, flatline 0.1.0, 2026-01-31, 10 trials a cell`.
  static func conditions(_ matrix: Matrix) -> String {
    let kernels = matrix.distinct { [$0.kernel] }.joined(separator: " and ")
    let hz = matrix.distinct(\.hz).map { "\($0)" }.joined(separator: " and ")
    let versions = matrix.distinct(\.versions).joined(separator: " and ")
    let clocks = matrix.distinct { [$0.clock.rawValue] }.joined(separator: " and ")
    let dates = matrix.started.map { rangeSpelled("\($0.lowerBound.prefix(10))", "\($0.upperBound.prefix(10))") }
    let trials = matrix.trials.map { "\(rangeSpelled("\($0.lowerBound)", "\($0.upperBound)")) trials a cell" }
    return [
      "clock \(clocks)", "kernel \(kernels)", "HZ \(hz)", "flatline \(versions)", dates, trials,
    ].compactMap { $0 }.joined(separator: ", ")
  }

  /// The meaning of a column: `pull-idle (workload idle, routed ipv4, 3s inject cable-pull server)`.
  static func conditions(_ scenario: ScenarioSummary) -> String {
    let cables = scenario.cables.map { ", cables \($0)" } ?? ""
    return "\(scenario.scenario) (workload \(scenario.workload), \(scenario.path.rawValue) \(scenario.family.rawValue)"
      + "\(cables), \(scenario.timeline))"
  }

  /// The detector's name, with its side and mode if they are not the defaults: `heartbeat (server)`.
  static func name(_ row: Matrix.Row) -> String {
    let notes = [
      row.observer == .client ? nil : row.observer.rawValue, row.mode == .act ? nil : row.mode.rawValue,
    ].compactMap { $0 }
    return notes.isEmpty ? row.detector : "\(row.detector) (\(notes.joined(separator: ", ")))"
  }

  /// `2.50 s`, `2.50 s (8/10)`, `never`, `survives`, `false alarm`, `late`, `?`, or `-`.
  static func text(_ cell: MatrixCell?) -> String {
    guard let cell else { return "-" }
    let word =
      switch cell.kind {
      case .detected: cell.median?.threeFigures ?? "?"
      case .never: "never"
      case .survives: "survives"
      case .late: "late"
      case .falseAlarm: "false alarm"
      case .unknown: "?"
      }
    let share = cell.agreeing < cell.counted ? " (\(cell.agreeing)/\(cell.counted))" : ""
    let marks = (cell.group.outsidePrediction > 0 ? " !" : "") + (suspectedTheLiving(cell) ? " *" : "")
    return word + share + marks
  }

  /// In mode `watch` a detector may be wrong for a while and still end with the right verdict.
  private static func suspectedTheLiving(_ cell: MatrixCell?) -> Bool { cell?.group.accuracy?.mistakes ?? 0 > 0 }

  static func colour(_ cell: MatrixCell?) -> Colour? {
    switch cell?.kind {
    case nil, .detected: nil
    case .survives: .green
    case .late, .unknown: .yellow
    case .falseAlarm, .never: .red
    }
  }

  /// The meanings of the words in the cells of this matrix, a line each.
  static func legend(_ matrix: Matrix) -> [String] {
    let cells = matrix.rows.flatMap(\.cells)
    let kinds = Set(cells.compactMap { $0?.kind })
    let lines: [(isNeeded: Bool, text: String)] = [
      (kinds.contains(.detected), "a time: the median from the fault to the declaration that the peer is dead"),
      (kinds.contains(.never), "never: not declared dead before the end of the measurement"),
      (kinds.contains(.survives), "survives: rightly not declared dead; the connection works, or works again"),
      (kinds.contains(.late), "late: declared dead after the heal, though the connection could have recovered"),
      (kinds.contains(.falseAlarm), "false alarm: declared dead though the peer was alive and reachable"),
      (
        cells.contains { $0.map { $0.agreeing < $0.counted } ?? false },
        "(8/10): in 8 of 10 trials; the others ended differently"
      ),
      (
        cells.contains { $0.map { $0.group.outsidePrediction > 0 } ?? false },
        "!: some trials were outside their prediction"
      ),
      (
        cells.contains(where: suspectedTheLiving),
        "*: meanwhile it suspected a peer that was alive and reachable, and took that back"
      ),
      (kinds.contains(.unknown), "?: no trial counts, as the fault was not confirmed or nothing could be measured"),
      (cells.contains { $0 == nil }, "-: not measured"),
    ]
    return lines.filter(\.isNeeded).map(\.text)
  }
}
