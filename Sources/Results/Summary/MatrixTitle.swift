import Model

/// The title of a matrix column: its fault, and only as much more as distinguishes it from the columns of the same
/// fault.
public struct MatrixTitle: Sendable, Hashable {
  /// The fault first, with how it breaks its target: `["cpu-saturation mode=worker", "healed", "requests"]`.
  public var parts: [String]

  public var text: String { parts.joined(separator: ", ") }

  /// A title for each scenario, no two the same unless the scenarios' names and plans are.
  static func titles(of scenarios: [ScenarioSummary]) -> [MatrixTitle] {
    // In a table of both clocks, or of several kernels, every column names its own.
    let clocks: [[String]] = scenarios.map { scenario in
      Set(scenarios.map(\.clock)).count > 1 ? [scenario.clock.spelled] : []
    }
    let kernels: [[String]] = scenarios.map { scenario in
      Set(scenarios.lazy.filter { $0.clock == scenario.clock }.map(\.kernel)).count > 1
        ? ["kernel \(scenario.kernel)"] : []
    }
    let places = zip(clocks, kernels).map { $0 + $1 }
    var titles = zip(scenarios, places).map { scenario, place in
      let fault = ([scenario.fault.rawValue] + target(scenario).dropFirst()).joined(separator: " ")
      // Whether there is a heal is always said, since nothing survives without one.
      let healed = scenario.timeline.contains("heal ") ? ["healed"] : []
      return MatrixTitle(parts: [fault] + healed + place)
    }
    for attribute in attributes {
      for same in duplicates(titles) {
        let values = same.map { attribute(scenarios[$0]) }
        guard Set(values).count > 1 else { continue }
        for (index, value) in zip(same, values) { titles[index].parts += value.map { [$0] } ?? [] }
      }
    }
    // If no attribute distinguishes the conditions, the scenarios' names do.
    for same in duplicates(titles) {
      let names = same.map { scenarios[$0].scenario }
      for (index, name) in zip(same, names) {
        let plan = names.count { $0 == name } == 1 ? [] : ["plan \(scenarios[index].plan)"]
        titles[index].parts = [name] + plan + places[index]
      }
    }
    return titles
  }

  /// The attributes that may distinguish scenarios of one fault, the most important first; nil is not mentioned.
  private static let attributes: [@Sendable (ScenarioSummary) -> String?] = [
    { target($0).first },
    { $0.workload.split(separator: " ").first.map(String.init) },
    { $0.path.rawValue },
    { $0.family.rawValue },
    { $0.cables },
    { $0.workload.split(separator: " ", maxSplits: 1).dropFirst().first.map(String.init) },
  ]

  /// The host or cable, and then how it is broken.
  private static func target(_ scenario: ScenarioSummary) -> [String] {
    scenario.faultTarget.split(separator: " ").map(String.init)
  }

  /// The indices of titles that occur more than once, title by title.
  private static func duplicates(_ titles: [MatrixTitle]) -> [[Int]] {
    var places: [MatrixTitle: [Int]] = [:]
    for (index, title) in titles.enumerated() { places[title, default: []].append(index) }
    return places.values.filter { $0.count > 1 }
  }
}
