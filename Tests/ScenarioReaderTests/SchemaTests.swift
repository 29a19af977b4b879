import Foundation
import Model
import Testing

@testable import ScenarioReader

@Suite("The schema for editors, and the documentation")
struct SchemaTests {
  private let validator = SchemaValidator(schema: ScenarioSchema.document)

  @Test("the committed file is what the reader generates")
  func committed() throws {
    let file = root.appending(path: "scenario.schema.json")
    let text = try ScenarioSchema.text()
    if ProcessInfo.processInfo.environment["FLATLINE_WRITE_SCHEMA"] != nil {
      try Data(text.utf8).write(to: file)
    }
    #expect(
      try String(contentsOf: file, encoding: .utf8) == text,
      "make schema writes it anew")
  }

  @Test("every shipped scenario passes", arguments: shippedScenarios)
  func shipped(file: ScenarioFile) {
    let documents = Instance.documents(String(decoding: file.bytes, as: UTF8.self))
    #expect(!documents.isEmpty)
    for document in documents { #expect(validator.failures(document) == []) }
  }

  @Test(
    "structural mistakes fail in the reader and in the schema",
    arguments: [
      "trails: 10", "version: 2", "version: '1'", "name: a/b",
      "name: ' a'", "name: 12", "observe: 9", "observe: 0s",
      "observe: -9s", "observe: 9 s", "trials: 0", "trials: 2.5",
      "topology: {backup: yes}", "topology: {path: natted, backup: true}",
      "topology: {backup: true, cables: {sever: {delay: 1ms}}}",
      "topology: {backup: true, cables: {server: {}}}", "topology: {backup: true, cables: {}}",
      "topology: {backup: true, cables: {server: {loss: 1}}}",
      "topology: {backup: true, cables: {server: {rate: 0mbit}}}", "workload: busy",
      "workload: requests", "workload: {requests: {every: 1s}}", "detectors: []",
      "detectors: none", "detectors: [keepalive]", "detectors: [ping: {}]",
      "detectors: [{none: {}, keepalive: {}}]", "detectors: [{}]",
      "detectors: [heartbeat: {interval: 1s}]", "detectors: [keepalive: {probes: 128}]",
      "timeline: [{at: 3s, inject: flood}]", "timeline: [{at: 3s, heal: router-restart}]",
      "timeline: [{at: 3s, inject: cable-pull, heal: cable-pull}]",
      "timeline: [{at: 3s, inject: cable-pull, downtime: 1s}]", "timeline: [{at: 3s}]",
      "timeline: [{at: 3s, inject: router-restart}]", "expect: [{detector: none}]",
      "expect: [{percentile: 50}]", "expect: [{percentile: 100, within: 1s}]",
      "expect: [{failover: 1s, within: 1s}]", "expect: [{outcome: error}]",
      "workload: {push: {every: 1s, size: 16KB}}", "workload: {push: {every: 1s}, trickle: {every: 1s}}",
      "workload: {}", "clients: 0", "acceptQueue: 4097", "failover: {to: bakup}", "failover: {jitter: 1}",
      "detectors: [phi-accrual: {interval: 1s, threshold: 0}]", "detectors: [chen: {interval: 1s}]",
      "detectors: [none: {observer: backup}]", "detectors: [user-timeout]", "timeline: [{at: 3s, heal: router-crash}]",
      "timeline: [{at: 3s, inject: host-crash, times: 2}]",
      "timeline: [{at: 3s, inject: listen-overflow, host: client}]",
      "timeline: [{at: 3s, inject: natflush}]", "timeline: [{at: 3s, inject: cable-pull, for: 0s}]",
      "topology: {backup: true, cables: {server: {gilbertElliott: {toBad: 1%}}}}",
      "topology: {backup: true, cables: {server: {gilbertElliott: {toBad: 0%, toGood: 1%}}}}",
      "expect: [{query_accuracy: 0.9}]", "expect: [{query_accuracy: 0%}]",
    ])
  func structure(line: String) throws {
    let text = scenario(line)
    #expect(errors(in: text) != [])
    #expect(validator.failures(try #require(Instance.documents(text).first)) != [])
  }

  @Test("valid scenarios pass", arguments: ["summary: plain", "detectors: [none: {}, keepalive: {}, request-timeout]"])
  func valid(line: String) throws {
    #expect(validator.failures(try #require(Instance.documents(scenario(line)).first)) == [])
  }

  /// A text in which the mapping of that title holds the line `entry` (or the flow pair `entry`); nil if unknown.
  private func example(_ section: Section, _ entry: String) -> String? {
    let discriminators = section.keys.filter {
      $0.name == "inject" || ExpectationKeys.sections.map(\.condition).contains($0.name)
    }
    let key = String(entry.prefix { $0 != ":" })
    func pairs(_ others: [(String, String)]) -> String {
      (others.filter { $0.0 != key }.map { "\($0.0): \($0.1)" } + [entry]).joined(separator: ", ")
    }
    switch section.title {
    case "a scenario": return scenario(entry)
    case "a topology": return scenario("topology: {\(entry)}")
    case "the cables": return scenario("topology: {cables: {\(entry)}}")
    case "an impairment": return scenario("topology: {cables: {server: {\(entry)}}}")
    case "a Gilbert-Elliott channel":
      return scenario("topology: {cables: {server: {gilbertElliott: {\(entry)}}}}")
    case "a failover": return scenario("failover: {\(entry)}")
    case "a workload": return scenario("workload: {\(entry)}")
    case "requests": return scenario("workload: {requests: {\(entry)}}")
    case "a push": return scenario("workload: {push: {\(entry)}}")
    case "a trickle": return scenario("workload: {trickle: {\(entry)}}")
    case "a detector": return scenario("detectors: [{\(entry)}]")
    case "a heal": return scenario("timeline: [{\(pairs([("heal", "cable-pull")]))}]")
    case let title where title.hasPrefix("an injection of "):
      return scenario("timeline: [{\(pairs([("inject", String(title.dropFirst(16)))]))}]")
    case let title where title.hasPrefix("an expectation on "):
      return scenario("expect: [{\(pairs([(discriminators.first?.name ?? "", "1")]))}]")
    default:
      let mechanism = Mechanism.allCases.first { DetectorKeys.settings(of: $0).title == section.title }
      return mechanism.map { scenario("detectors: [\($0.rawValue): {\(entry)}]") }
    }
  }

  @Test("the reader reads every key that schema and documentation list, and no other", arguments: KeyReference.sections)
  func everyKey(section: Section) throws {
    for key in section.keys {
      let text = try #require(example(section, "\(key.name): [[]]"), "no example of \(section.title)")
      let place = try #require(text.range(of: "[[]]"))
      let before = text[..<place.lowerBound]
      let line = before.count { $0 == "\n" } + 1
      let column = before.reversed().prefix { $0 != "\n" }.count + 1
      // A list's element is at the second bracket.
      #expect(
        errors(in: text).contains { $0.line == line && [column, column + 1].contains($0.column) },
        "\(section.title) ignores \(key.name)")
    }
    let unknown = try #require(example(section, "bogus: 1"))
    #expect(errors(in: unknown).contains { $0.message.contains("`bogus`") }, "\(section.title) takes anything")
    #expect(validator.failures(try #require(Instance.documents(unknown).first)) != [])
  }

  @Test("every default is a valid value of its key")
  func defaults() {
    for key in KeyReference.sections.flatMap(\.keys) {
      guard case .standard(let text) = key.presence, case .object(let schema) = propertySchema(key) else { continue }
      let instance = Instance.documents(text).first ?? .nothing
      #expect(SchemaValidator(schema: .object(schema)).failures(instance) == [], "\(key.name): \(text)")
    }
  }

  private func propertySchema(_ key: KeyDescription) -> JSONValue {
    guard case .object(let schema) = ScenarioSchema.schema(of: Section("", [key])),
      case .object(let properties)? = schema["properties"]
    else { return .flag(false) }
    return properties[key.name] ?? .flag(false)
  }

  @Test("the documentation lists every key with its default, type and meaning")
  func documentation() {
    let text = KeyReference.markdown
    #expect(text.contains("### A heartbeat\n\n| key | default | type | meaning |\n|---|---|---|---|\n| `name` |"))
    #expect(text.contains("| `workload` | `idle` | idle, or a workload (below) |"))
    #expect(text.contains("| `keepalive` | one of these | a keepalive (below) |"))
    #expect(text.contains("| `delay` |  | a duration above 0"))
    #expect(text.contains("| `idle` | `7200s` | whole seconds from 1s to 32767s | TCP_KEEPIDLE:"))
    for section in KeyReference.sections {
      for key in section.keys {
        #expect(text.contains("| `\(key.name)` |"))
        #expect(key.meaning.hasSuffix("."), "\(key.name)")
      }
    }
    #expect(Set(KeyReference.sections.map(\.title)).count == KeyReference.sections.count)
  }
}
