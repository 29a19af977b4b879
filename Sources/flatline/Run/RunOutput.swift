import Campaign
import Glibc
import LinuxSystem
import Model
import Output

/// Where a run's rows go: one file per scenario in a directory, or one file for all.
actor RunOutput {
  /// By the names of scenarios; one file may serve several.
  private let files: [String: ResultFile]
  /// Each once, in the order of the scenarios.
  private let ordered: [ResultFile]
  /// The directories that were made for it, the outermost first.
  private let directories: [String]

  /// Creates the files, and the directories that are missing. `target` is a `.csv` file, or a directory.
  ///
  /// - Parameters:
  ///   - run: the run's identifier, which makes the names in a directory unique:
  ///     `cable-pull-20260131T120000Z-c0ffee.csv`.
  ///   - existing: what to do with an existing `.csv` file.
  init(
    target: String, scenarios: [String], run: String, existing: ResultFile.Existing
  ) throws(CampaignError) {
    let isFile = target.hasSuffix(".csv")
    let directory = isFile ? DirectoryCreation.parent(of: target) ?? "." : target
    do throws(SystemError) {
      directories = try DirectoryCreation.make(directory)
    } catch {
      throw CampaignError(
        .inputOutput, stage: "create the directory \(directory)", "\(error); name a place with --output")
    }
    var made: [ResultFile] = []
    do throws(CampaignError) {
      if isFile {
        let file = try ResultFile(creating: target, existing: existing)
        made = [file]
        files = Dictionary(uniqueKeysWithValues: scenarios.map { ($0, file) })
      } else {
        var files: [String: ResultFile] = [:]
        for scenario in scenarios {
          let file = try ResultFile(creating: "\(target)/\(scenario)-\(run).csv")
          made.append(file)
          files[scenario] = file
        }
        self.files = files
      }
    } catch {
      // Nothing will run, so nothing is left behind.
      for file in made { unlink(file.path) }
      for directory in directories.reversed() { rmdir(directory) }
      throw error
    }
    ordered = made
  }

  func record(_ row: ResultRow) async throws {
    try await files[row.scenario]?.append(row)
  }

  /// What the run leaves behind.
  struct Files: Sendable {
    /// All rows, whether they are in a file or not.
    var rows: [ResultRow] = []
    /// The files that hold rows, in the order of the scenarios.
    var paths: [String] = []
    /// The rows that no file holds.
    var homeless: [ResultRow] = []
    /// What went wrong with files, a line each.
    var troubles: [String] = []
  }

  /// Completes all files when no more rows will come: files without rows are removed, and so are the directories that
  /// were made for them; lost files are rescued.
  ///
  /// - Parameter order: the plan whose order the rows get; nil to leave them in the order of arrival.
  func finish(sortedAs order: Plan?) async -> Files {
    var left = Files()
    let places = order.map { RowPlace.all(of: $0) }
    for file in ordered {
      let place: String?
      switch await file.finish() {
      case .empty: place = nil
      case .kept(let path): place = path
      case .moved(let path, let reason):
        place = path
        left.troubles.append("\(reason); its rows are in \(path.shellQuoted)")
      case .lost(let reason):
        place = nil
        left.homeless += await file.rows
        left.troubles.append(reason)
      }
      if let place {
        if let places, let trouble = await sort(file, at: place, by: places) { left.troubles.append(trouble) }
        left.paths.append(place)
        left.rows += await file.rows
      }
      left.homeless += await file.unwritten
    }
    left.rows += left.homeless
    // Removes only empty ones: rmdir(2).
    for directory in directories.reversed() { rmdir(directory) }
    return left
  }

  /// - Returns: why it could not be sorted; nil if it is.
  private func sort(_ file: ResultFile, at place: String, by places: [RowPlace: Int]) async -> String? {
    do throws(CampaignError) {
      try await file.sort(at: place) { places[RowPlace($0), default: .max] < places[RowPlace($1), default: .max] }
      return nil
    } catch {
      return "\(error)"
    }
  }

  /// The key that distinguishes the rows of one run.
  private struct RowPlace: Hashable {
    let scenario: String
    let trial: Int
    let detector: String
    let observer: Observer

    static func all(of plan: Plan) -> [RowPlace: Int] {
      var places: [RowPlace: Int] = [:]
      for (place, planned) in plan.measurements.enumerated() { places[RowPlace(planned)] = place }
      return places
    }

    init(_ planned: PlannedMeasurement) {
      (scenario, trial) = (planned.scenario.name, planned.trial)
      (detector, observer) = (planned.detector.name, planned.observer)
    }

    init(_ row: ResultRow) {
      (scenario, trial, detector, observer) = (row.scenario, row.trial, row.detector, row.observer)
    }
  }
}
