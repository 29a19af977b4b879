import Foundation
import JSON
import Model
import Testing

@testable import ScenarioReader

@Suite("The schema for editors, and the documentation")
struct SchemaTests {
  private let validator = SchemaValidator(schema: ScenarioSchema.document)

  @Test("the committed file is what the reader generates")
  func committed() throws {
    let file = root.appending(path: "scenario.schema.json")
    let text = ScenarioSchema.text
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
    "mistakes fail in the reader, and in the schema at their place by their keyword",
    arguments: [
      ("trails: 10", ": additionalProperties"),
      ("version: 2", ".version: maximum"),
      ("version: '1'", ".version: type"),
      ("name: a/b", ".name: pattern"),
      ("name: ' a'", ".name: pattern"),
      ("name: 12", ".name: type"),
      ("observe: 9", ".observe: type"),
      ("observe: 0s", ".observe: pattern"),
      ("observe: -9s", ".observe: pattern"),
      ("observe: 9 s", ".observe: pattern"),
      ("trials: 0", ".trials: minimum"),
      ("trials: 2.5", ".trials: type"),
      ("topology: {backup: yes}", ".topology.backup: type"),
      ("topology: {path: natted, backup: true}", ".topology.path: enum"),
      ("topology: {backup: true, cables: {sever: {delay: 1ms}}}", ".topology.cables: additionalProperties"),
      ("topology: {backup: true, cables: {server: {}}}", ".topology.cables.server: minProperties"),
      ("topology: {backup: true, cables: {}}", ".topology.cables: minProperties"),
      ("topology: {backup: true, cables: {server: {loss: 1}}}", ".topology.cables.server.loss: type"),
      ("topology: {backup: true, cables: {server: {rate: 0mbit}}}", ".topology.cables.server.rate: pattern"),
      ("workload: busy", ".workload: enum"),
      ("workload: requests", ".workload: enum"),
      ("workload: {requests: {every: 1s}}", ".workload.requests: required"),
      ("detectors: []", ".detectors: minItems"),
      ("detectors: none", ".detectors: type"),
      ("detectors: [keepalive]", ".detectors[0]: enum"),
      ("detectors: [ping: {}]", ".detectors[0]: type"),
      ("detectors: [{none: {}, keepalive: {}}]", ".detectors[0]: type"),
      ("detectors: [{}]", ".detectors[0]: type"),
      ("detectors: [heartbeat: {interval: 1s}]", ".detectors[0].heartbeat: required"),
      ("detectors: [keepalive: {probes: 128}]", ".detectors[0].keepalive.probes: maximum"),
      ("timeline: [{at: 3s, inject: flood}]", ".timeline[0].inject: enum"),
      ("timeline: [{at: 3s, heal: router-restart}]", ".timeline[0].heal: enum"),
      ("timeline: [{at: 3s, inject: cable-pull, heal: cable-pull}]", ".timeline[0]: additionalProperties"),
      ("timeline: [{at: 3s, inject: cable-pull, downtime: 1s}]", ".timeline[0].inject: enum"),
      ("timeline: [{at: 3s}]", ".timeline[0]: required"),
      ("timeline: [{at: 3s, inject: router-restart}]", ".timeline[0].inject: enum"),
      ("expect: [{detector: none}]", ".expect[0]: required"),
      ("expect: [{percentile: 50}]", ".expect[0]: required"),
      ("expect: [{percentile: 100, within: 1s}]", ".expect[0].percentile: maximum"),
      ("expect: [{failover: 1s, within: 1s}]", ".expect[0]: additionalProperties"),
      ("expect: [{outcome: error}]", ".expect[0].outcome: enum"),
      ("workload: {push: {every: 1s, size: 16KB}}", ".workload.push.size: pattern"),
      ("workload: {push: {every: 1s}, trickle: {every: 1s}}", ".workload: type"),
      ("workload: {}", ".workload: type"),
      ("clients: 0", ".clients: minimum"),
      ("acceptQueue: 4097", ".acceptQueue: maximum"),
      ("failover: {to: bakup}", ".failover.to: enum"),
      ("failover: {jitter: 1}", ".failover.jitter: type"),
      (
        "detectors: [phi-accrual: {interval: 1s, threshold: 0}]",
        ".detectors[0].phi-accrual.threshold: exclusiveMinimum"
      ),
      ("detectors: [chen: {interval: 1s}]", ".detectors[0].chen: required"),
      ("detectors: [none: {observer: backup}]", ".detectors[0].none.observer: enum"),
      ("detectors: [user-timeout]", ".detectors[0]: enum"),
      ("timeline: [{at: 3s, heal: router-crash}]", ".timeline[0].heal: enum"),
      ("timeline: [{at: 3s, inject: host-crash, times: 2}]", ".timeline[0]: additionalProperties"),
      ("timeline: [{at: 3s, inject: listen-overflow, host: client}]", ".timeline[0].inject: enum"),
      ("timeline: [{at: 3s, inject: natflush}]", ".timeline[0].inject: enum"),
      ("timeline: [{at: 3s, inject: cable-pull, for: 0s}]", ".timeline[0].for: pattern"),
      (
        "topology: {backup: true, cables: {server: {gilbertElliott: {toBad: 1%}}}}",
        ".topology.cables.server.gilbertElliott: required"
      ),
      (
        "topology: {backup: true, cables: {server: {gilbertElliott: {toBad: 0%, toGood: 1%}}}}",
        ".topology.cables.server.gilbertElliott.toBad: pattern"
      ),
      ("expect: [{query_accuracy: 0.9}]", ".expect[0].query_accuracy: type"),
      ("expect: [{query_accuracy: 0%}]", ".expect[0].query_accuracy: pattern"),
      ("detectors: [keepalive: {idle: 1500ms}]", ".detectors[0].keepalive.idle: pattern"),
      ("detectors: [keepalive: {idle: 32768s}]", ".detectors[0].keepalive.idle: pattern"),
      ("detectors: [keepalive: {userTimeout: 0ms}]", ".detectors[0].keepalive.userTimeout: pattern"),
      ("topology: {backup: true, cables: {server: {loss: 100%}}}", ".topology.cables.server.loss: pattern"),
      ("topology: {backup: true, cables: {server: {duplicate: 101%}}}", ".topology.cables.server.duplicate: pattern"),
      ("topology: {backup: true, cables: {server: {jitter: 1ms}}}", ".topology.cables.server: dependencies"),
      ("topology: {backup: true, cables: {server: {reorder: 1%}}}", ".topology.cables.server: dependencies"),
      ("timeline: [{at: 3s, inject: cable-pull, every: 2s, for: 1s}]", ".timeline[0]: dependencies"),
      ("timeline: [{at: 3s, inject: cable-pull, times: 2, for: 1s}]", ".timeline[0]: dependencies"),
      ("timeline: [{at: 3s, inject: cable-pull, every: 2s, times: 2}]", ".timeline[0]: dependencies"),
      ("timeline: [{at: 3s, inject: router-restart, downtime: 1s, times: 2}]", ".timeline[0]: dependencies"),
      ("workload: {push: {every: 1s, size: 23B}}", ".workload.push.size: pattern"),
      ("workload: {push: {every: 1s, size: 1025KiB}}", ".workload.push.size: pattern"),
      ("observe: 1s1m1x", ".observe: pattern"),
      ("expect: [{percentile: 99.998, within: 1s}]", ".expect[0].percentile: maximum"),
    ])
  func structure(line: String, failure: String) throws {
    let text = scenario(line)
    #expect(errors(in: text) != [])
    #expect(validator.failures(try #require(Instance.documents(text).first)).contains(failure))
  }

  @Test(
    "what the reader accepts at the limits passes",
    arguments: [
      "detectors: [keepalive: {idle: 32767s}, none]", "detectors: [keepalive: {idle: 2000ms, interval: 1.5m}]",
      "detectors: [keepalive: {userTimeout: 1m30s}]", "observe: 1d2h3m4s5ms6us7ns", "observe: 10h5m", "observe: 0.5m",
      "topology: {backup: true, cables: {server: {loss: 99.99%, delay: 10ms, jitter: 1ms}}}",
      "workload: {push: {every: 1s, size: 1024KiB}}", "workload: {push: {every: 1s, size: 24B}}",
      "workload: {push: {every: 1s, size: 0.5KiB}}", "expect: [{percentile: 99.997, within: 1s}]",
    ])
  func limits(line: String) throws {
    #expect(errors(in: scenario(line)).allSatisfy { $0.code == .contradiction })
    #expect(validator.failures(try #require(Instance.documents(scenario(line)).first)) == [])
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
      guard case .standard(let text) = key.presence else { continue }
      let instance = Instance.documents(text).first ?? .nothing
      #expect(SchemaValidator(schema: propertySchema(key)).failures(instance) == [], "\(key.name): \(text)")
    }
  }

  private func propertySchema(_ key: KeyDescription) -> JSONValue {
    ScenarioSchema.schema(of: Section("", [key]))["properties"]?[key.name] ?? .bool(false)
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
