import Foundation
import Model
import ScenarioReader
import Testing

/// The repository's root.
let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

/// The files below `Scenarios/`, by their paths from there.
let shippedScenarios: [ScenarioFile] = {
  let folder = root.appending(path: "Scenarios")
  let paths = (try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? []
  return paths.filter { $0.hasSuffix(".yaml") }.sorted().compactMap { path in
    (try? Data(contentsOf: folder.appending(path: path))).map { ScenarioFile(name: path, bytes: Array($0)) }
  }
}()

@Suite("The scenarios that are shipped")
struct ShippedScenariosTests {
  @Test("all are valid together")
  func valid() {
    let reading = ScenarioReader.read(shippedScenarios)
    #expect(reading.errors == [], "\(reading.errors.map(\.description))")
    #expect(reading.scenarios.count > 100)
  }

  @Test("every fault, in each of its modes, and every mechanism has a scenario")
  func complete() {
    let scenarios = ScenarioReader.read(shippedScenarios).scenarios
    let faults = scenarios.flatMap(\.timeline.steps).compactMap { step in
      if case .inject(let fault) = step.action { fault } else { nil }
    }
    #expect(Set(faults.map(\.kind)) == Set(FaultKind.allCases))
    let modes = faults.compactMap { if case .cpuSaturation(let mode) = $0 { mode } else { nil } }
    #expect(Set(modes) == Set(SaturationMode.allCases))
    let detectors = scenarios.flatMap(\.detectors)
    #expect(Set(detectors.map(\.mechanism)) == Set(Mechanism.allCases))
    #expect(Set(detectors.map(\.mode)) == Set(DetectorMode.allCases))
    #expect(Set(detectors.flatMap(\.observers)) == Set(Observer.allCases))
    #expect(Set(scenarios.map(\.topology.path)) == Set(Path.allCases))
    #expect(Set(scenarios.map(\.topology.family)) == Set(AddressFamily.allCases))
    #expect(Set(scenarios.map(\.workload.name)) == ["idle", "requests", "push", "trickle"])
  }

  @Test("each begins with its schema and says what it claims", arguments: shippedScenarios)
  func header(file: ScenarioFile) {
    let lines = String(decoding: file.bytes, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    let up = String(repeating: "../", count: file.name.split(separator: "/").count)
    #expect(lines.first == "# yaml-language-server: $schema=\(up)scenario.schema.json")
    #expect(file.name.hasPrefix("matrix/") || lines.contains { $0.hasPrefix("# Claim: ") })
  }

  @Test("each has the trials that its expectations need, and every detector is expected of")
  func trials() {
    let files = shippedScenarios.filter { !$0.name.hasPrefix("matrix/") }
    for scenario in ScenarioReader.read(files).scenarios {
      for expectation in scenario.expectations {
        if case .percentile = expectation.condition { #expect(scenario.trials >= 5, "\(expectation.location)") }
      }
      for detector in scenario.detectors {
        let isPromised = scenario.expectations.contains { expectation in
          switch expectation.condition {
          case .outcome: return expectation.detector == nil || expectation.detector == detector.name
          // One whose outcome depends on the trial is promised its prediction.
          case .prediction: return expectation.detector == detector.name
          default: return false
          }
        }
        #expect(isPromised, "\(scenario.name): \(detector.name)")
      }
    }
  }

  @Test("a measurement takes seconds, unless its file says that it is for the virtual clock")
  func duration() {
    let short = shippedScenarios.filter { file in
      let comments = String(decoding: file.bytes, as: UTF8.self).split(separator: "\n").prefix { $0.hasPrefix("#") }
      return !comments.contains { $0.hasPrefix("# For the virtual clock") || $0.hasPrefix("# On the virtual clock") }
    }
    #expect(short.count < shippedScenarios.count)
    for file in short {
      let longest = Duration.seconds(
        file.name.hasPrefix("reference/") ? 180 : file.name.hasPrefix("fidelity/") ? 60 : 35)
      for scenario in ScenarioReader.read([file]).scenarios {
        #expect(scenario.observe <= longest, "\(scenario.name)")
      }
    }
  }
}
