import Model
import Results

/// What a reader should know about a scenario's rows before relying on their number.
enum SummaryNotes {
  static func notes(_ scenario: ScenarioSummary) -> [StyledText] {
    let partial =
      scenario.present < scenario.planned
      ? "partial: \(scenario.present) of the \(scenario.planned) planned measurements are here "
        + "(the run was interrupted, or rows were left out)" : nil
    let rows = scenario.repeats == 1 ? "1 row repeats a trial" : "\(scenario.repeats) rows repeat trials"
    let repeats: String? =
      if scenario.repeats == 0 {
        nil
      } else {
        switch scenario.clock {
        case .real: "\(rows) of the same plan and seed: on the real clock each is a measurement of its own, and counts"
        case .virtual:
          "\(rows) of the same plan and seed: the virtual clock gives the same again, so each is counted once"
        }
      }
    return [partial, repeats].compactMap { $0.map { StyledText($0, .yellow) } }
  }
}
