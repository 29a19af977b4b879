import Model
import ScenarioReader
import Testing

/// A valid scenario, one key a line, in which `lines` replace the lines of the same key (or are added at the end).
func scenario(_ lines: String...) -> String {
  var all = [
    "version: 1",
    "name: test",
    "topology: {backup: true}",
    "workload: {requests: {every: 200ms, timeout: 1s}}",
    "detectors: [none]",
    "timeline: [{at: 3s, inject: cable-pull}]",
    "observe: 9s",
    "trials: 10",
    "expect: [{outcome: missed}]",
  ]
  for line in lines {
    let key = line.prefix { $0 != ":" } + ":"
    if let index = all.firstIndex(where: { $0.hasPrefix(key) }) { all[index] = line } else { all.append(line) }
  }
  return all.joined(separator: "\n") + "\n"
}

func errors(in yaml: String) -> [ScenarioError] {
  ScenarioReader.read(text: yaml, file: "test.yaml").errors
}

/// The only scenario of a text without errors.
func read(_ yaml: String) throws -> Scenario {
  let reading = ScenarioReader.read(text: yaml, file: "test.yaml")
  #expect(reading.errors == [])
  return try #require(reading.scenarios.first)
}

/// Expects exactly one error, at `place` (line:column), whose text holds all of `fragments`.
func expectError(
  _ yaml: String, _ place: String, _ code: ScenarioError.Code, _ fragments: String...,
  sourceLocation: SourceLocation = #_sourceLocation
) {
  let reading = ScenarioReader.read(text: yaml, file: "test.yaml")
  #expect(
    reading.errors.map { "\($0.line):\($0.column) \($0.code)" } == ["\(place) \(code)"],
    "\(reading.errors.map(\.description))", sourceLocation: sourceLocation)
  let text = reading.errors.first?.description ?? ""
  for fragment in fragments {
    #expect(text.contains(fragment), "\(text)", sourceLocation: sourceLocation)
  }
  #expect(reading.scenarios == [], sourceLocation: sourceLocation)
}
