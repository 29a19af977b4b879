import Campaign
import Glibc
import LinuxSystem
import Model

/// Where a run's rows go: one file per scenario in a directory, or one file for all.
actor RunOutput {
  private let files: [String: ResultFile]
  /// In the order of the scenarios.
  nonisolated let paths: [String]

  /// Creates the files. `target` is a `.csv` file, or a directory, which is made if it is not there.
  ///
  /// - Parameter run: the run's identifier, which makes the names unique: `cable-pull-20260131T120000Z-c0ffee.csv`.
  init(target: String, scenarios: [String], run: String) throws(CampaignError) {
    if target.hasSuffix(".csv") {
      let file = try ResultFile(creating: target)
      files = Dictionary(uniqueKeysWithValues: scenarios.map { ($0, file) })
      paths = [target]
      return
    }
    guard mkdir(target, 0o755) == 0 || errno == EEXIST else {
      throw CampaignError(
        .inputOutput, stage: "create the directory \(target)", "\(Errno(code: errno).text); name a place with --output")
    }
    var files: [String: ResultFile] = [:]
    var paths: [String] = []
    for scenario in scenarios {
      let path = "\(target)/\(scenario)-\(run).csv"
      do throws(CampaignError) {
        files[scenario] = try ResultFile(creating: path)
      } catch {
        // Nothing will run: leave no empty files behind.
        for made in paths { unlink(made) }
        throw error
      }
      paths.append(path)
    }
    self.files = files
    self.paths = paths
  }

  func record(_ row: ResultRow) async throws {
    try await files[row.scenario]?.append(row)
  }

  /// Puts the rows of every file into the order of the plan.
  func sort(as plan: Plan) async throws {
    var places: [RowPlace: Int] = [:]
    for (place, planned) in plan.measurements.enumerated() { places[RowPlace(planned)] = place }
    for path in paths {
      guard let file = files.values.first(where: { $0.path == path }) else { continue }
      try await file.sort { places[RowPlace($0), default: .max] < places[RowPlace($1), default: .max] }
    }
  }

  /// What tells the rows of one run apart.
  private struct RowPlace: Hashable {
    let scenario: String
    let trial: Int
    let detector: String
    let observer: Observer

    init(_ planned: PlannedMeasurement) {
      (scenario, trial) = (planned.scenario.name, planned.trial)
      (detector, observer) = (planned.detector.name, planned.observer)
    }

    init(_ row: ResultRow) {
      (scenario, trial, detector, observer) = (row.scenario, row.trial, row.detector, row.observer)
    }
  }

  /// Rows that could not be written.
  func unwritten() async -> [ResultRow] {
    var rows: [ResultRow] = []
    for path in paths {
      if let file = files.values.first(where: { $0.path == path }) { rows += await file.unwritten }
    }
    return rows
  }

  /// The rows so far, of all files.
  func rows() async -> [ResultRow] {
    var rows: [ResultRow] = []
    for path in paths {
      if let file = files.values.first(where: { $0.path == path }) { rows += await file.rows }
    }
    return rows
  }
}
