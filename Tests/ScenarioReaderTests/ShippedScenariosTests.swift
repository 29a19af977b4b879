import Foundation
import Model
import ScenarioReader
import Testing

/// The repository's root.
let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// The files in `Scenarios/`, by name.
let shippedScenarios: [ScenarioFile] = {
  let folder = root.appending(path: "Scenarios")
  let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
  return names.filter { $0.hasSuffix(".yaml") }.sorted().compactMap { name in
    (try? Data(contentsOf: folder.appending(path: name))).map { ScenarioFile(name: name, bytes: Array($0)) }
  }
}()

@Suite("The scenarios that are shipped")
struct ShippedScenariosTests {
  @Test("all are valid together")
  func valid() {
    let reading = ScenarioReader.read(shippedScenarios)
    #expect(reading.errors == [], "\(reading.errors.map(\.description))")
    #expect(
      reading.scenarios.map(\.name) == [
        "busy-connection-cable-pull", "busy-connection-blackhole", "cable-pull-replug", "cable-pull-replug-requests",
        "cable-pull", "cpu-saturation-busy", "cpu-saturation", "router-restart",
      ])
  }

  @Test("each begins with its schema and says what it claims", arguments: shippedScenarios)
  func header(file: ScenarioFile) {
    let lines = String(decoding: file.bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.first == "# yaml-language-server: $schema=../scenario.schema.json")
    #expect(lines.contains { $0.hasPrefix("# Claim: ") })
  }

  @Test("each has the trials that its expectations need, and every detector is expected of")
  func trials() {
    for scenario in ScenarioReader.read(shippedScenarios).scenarios {
      for expectation in scenario.expectations {
        // The lowest percentile among them is the median, which takes five trials.
        #expect(scenario.trials >= 5, "\(expectation.location)")
      }
      for detector in scenario.detectors {
        let isPromised = scenario.expectations.contains {
          if case .outcome = $0.condition { $0.detector == nil || $0.detector == detector.name } else { false }
        }
        #expect(isPromised, "\(scenario.name): \(detector.name)")
      }
    }
  }

  @Test("a measurement takes seconds")
  func duration() {
    for scenario in ScenarioReader.read(shippedScenarios).scenarios {
      #expect(scenario.observe <= .seconds(13), "\(scenario.name)")
    }
  }
}
