import Foundation
import Lab
import Model
import ScenarioReader
import Testing

/// Every kind of fault, as its scenario keys describe it: a new one is tested without a word here. Pure.
@Suite("The traits of faults")
struct FaultTraitsTests {
  /// One way to inject a fault, with the fault that was read.
  private struct Example {
    var values: [(key: String, value: String)]
    var entry: TimelineEntry
    var fault: Fault
  }

  private static let path = "{path: nat, backup: true}"

  /// The fault's own keys, as the documentation has them.
  private static func keys(of kind: FaultKind) throws -> [KeyDescription] {
    let section = try #require(KeyReference.sections.first { $0.title == "an injection of \(kind.rawValue)" })
    return section.keys.filter { !["at", "inject", "for", "every", "times"].contains($0.name) }
  }

  /// Two or more values that differ.
  private static func values(_ shape: Shape) -> [String] {
    switch shape {
    case .flag: ["true", "false"]
    case .word(let words): words
    case .duration(.seconds(let range)): ["\(range.lowerBound)s", "\(range.lowerBound + 1)s"]
    // The first above the second: no jitter exceeds its delay.
    case .duration: ["20ms", "10ms"]
    case .percentage: ["5%", "7%"]
    case .rate: ["1mbit", "2mbit"]
    case .integer(let range): ["\(range.lowerBound)", "\(range.lowerBound + 1)"]
    case .mapping(let section):
      (0..<2).map { number in
        let required = section.keys.filter { $0.presence == .required }
        return "{\(required.map { "\($0.name): \(values($0.shape)[number])" }.joined(separator: ", "))}"
      }
    case .text, .name, .percentile, .positive, .size, .list, .either: []
    }
  }

  private static func read(_ kind: FaultKind, _ values: [(key: String, value: String)]) -> Example? {
    let entry = (["at: 3s", "inject: \(kind.rawValue)"] + values.map { "\($0.key): \($0.value)" })
      .joined(separator: ", ")
    // Whoever is struck does not watch.
    for observer in ["client", "server"] {
      let text = """
        version: 1
        name: example
        topology: \(path)
        workload: {trickle: {every: 1s}}
        detectors: [none: {observer: \(observer)}]
        timeline: [{\(entry)}]
        observe: 20s
        """
      let reading = ScenarioReader.read([ScenarioFile(name: "example.yaml", bytes: Array(text.utf8))])
      if let timeline = reading.scenarios.first?.timeline, let fault = timeline.faults.first {
        return Example(values: values, entry: timeline.entries[0], fault: fault)
      }
    }
    return nil
  }

  /// The entry with these values and as few others as will do: some keys need another.
  private static func example(_ kind: FaultKind, with value: (key: String, value: String)?) throws -> Example {
    let keys = try keys(of: kind)
    let required = keys.filter { $0.presence == .required && $0.name != value?.key }
    let given = (value.map { [$0] } ?? []) + required.map { (key: $0.name, values($0.shape)[0]) }
    let free = keys.filter { key in !given.contains { $0.key == key.name } }.map { (key: $0.name, values($0.shape)[0]) }
    let others = [[]] + free.map { [$0] } + free.flatMap { first in free.map { [first, $0] } }
    return try #require(others.lazy.compactMap { read(kind, given + $0) }.first, "\(kind.rawValue) \(given)")
  }

  @Test("every kind can be injected by its keys alone, and is what the keys say", arguments: FaultKind.allCases)
  func injected(kind: FaultKind) throws {
    let example = try Self.example(kind, with: nil)
    #expect(example.fault.kind == kind)
    #expect((example.fault.traits.downtime != nil) == kind.endsByItself)
    #expect(!example.fault.target.isEmpty)
  }

  @Test(
    "every parameter is in the hash of the scenario and in the words of its timeline", arguments: FaultKind.allCases)
  func parameters(kind: FaultKind) throws {
    for key in try Self.keys(of: kind) {
      let values = Self.values(key.shape)
      #expect(values.count > 1, "\(kind.rawValue) \(key.name): this test has no values of its type")
      let first = try Self.example(kind, with: (key.name, values[0]))
      for value in values.dropFirst() {
        let changed = first.values.map { $0.key == key.name ? (key: $0.key, value: value) : $0 }
        let other = try #require(Self.read(kind, changed), "\(kind.rawValue) \(changed)")
        #expect(first.fault.traits.hashed != other.fault.traits.hashed, "\(kind.rawValue) \(key.name)")
        #expect(first.entry.spelled != other.entry.spelled, "\(kind.rawValue) \(key.name)")
      }
      let names = first.fault.traits.parameters.map(\.name)
      #expect(names.contains(key.name), "\(kind.rawValue) lacks the parameter \(key.name) among its traits")
    }
  }

  @Test("every kind has its file in Lab/Faults, and does what its traits say", arguments: FaultKind.allCases)
  func lab(kind: FaultKind) throws {
    let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let folder = root.appending(path: "Sources/Lab/Faults").path
    let name = kind.rawValue.replacing("-", with: "") + ".swift"
    let files = try FileManager.default.contentsOfDirectory(atPath: folder).map { $0.lowercased() }
    #expect(files.contains(name), "\(kind.rawValue)")

    let keys = try Self.keys(of: kind)
    var examples = [try Self.example(kind, with: nil)]
    for key in keys {
      for value in Self.values(key.shape) { examples.append(try Self.example(kind, with: (key.name, value))) }
    }
    let connections = Observer.allCases.flatMap { observer in
      Path.allCases.map { path in
        ConnectionUnderTest(
          topology: Topology(path: path, backup: true), observer: observer, quietTime: .seconds(1),
          opensNewConnections: false)
      }
    }
    let effects = examples.flatMap { example in connections.map { example.fault.course(for: $0).during } }
    let breaks = effects.contains { effect in
      switch effect {
      case .pathBroken, .connectionLost, .serviceUnresponsive, .notReading: true
      case .slow, .none: false
      }
    }
    if kind.nature.breaksForSure { #expect(breaks, "\(kind.rawValue) is said to break connections for sure") }
    for example in examples {
      let traits = example.fault.traits
      // The router is nobody's who has no router.
      if traits.reach.machine == .router { #expect(kind.nature.needs != .anyPath, "\(kind.rawValue)") }
      if kind.isForGood { #expect(traits.downtime == nil, "\(kind.rawValue)") }
      if case .spins(let remedy) = traits.disturbs { #expect(!remedy.isEmpty, "\(kind.rawValue)") }
    }
  }
}
