import Model
import Testing

@testable import ScenarioReader

@Suite("The catalogue of faults and mechanisms")
struct CatalogueTests {
  private let validator = SchemaValidator(schema: ScenarioSchema.document)

  @Test("every fault and every mechanism has an example")
  func complete() {
    #expect(Set(FaultExample.all.map(\.fault.kind)) == Set(FaultKind.allCases))
    #expect(Set(DetectorExample.all.map(\.detector.mechanism)) == Set(Mechanism.allCases))
  }

  @Test("every fault is read with its parameters, and passes the schema", arguments: FaultExample.all)
  func fault(example: FaultExample) throws {
    let scenario = try read(example.document)
    let first = scenario.timeline.steps.first {
      if case .inject(let fault) = $0.action { fault == example.fault } else { false }
    }
    #expect(first?.at == .seconds(3))
    #expect(scenario.measured == example.fault.kind)
    #expect(validator.failures(try #require(Instance.documents(example.document).first)) == [])
  }

  @Test("every mechanism is read with its settings, and passes the schema", arguments: DetectorExample.all)
  func detector(example: DetectorExample) throws {
    let text = Self.scenarioFor(example)
    #expect(try read(text).detectors == [example.detector])
    #expect(validator.failures(try #require(Instance.documents(text).first)) == [])
  }

  @Test("no two examples have the same hash")
  func hashes() throws {
    let detectors = try DetectorExample.all.map { try read(Self.scenarioFor($0)).planHash }
    #expect(Set(detectors).count == detectors.count)
    let faults = try FaultExample.all.map { example in
      var scenario = try read(example.document)
      scenario.name = "same"
      return scenario.planHash
    }
    #expect(Set(faults).count == faults.count)
  }

  @Test("every setting can be written as the results spell it", arguments: DetectorExample.all)
  func spelled(example: DetectorExample) throws {
    let settings = example.detector.settings.spelled.replacing(" ", with: ", ").replacing("=", with: ": ")
    let text = scenario(
      "detectors: [\(example.detector.mechanism.rawValue): {\(settings)}]", "expect: [{recovery: 1s}]"
    )
    .replacing("expect: [{recovery: 1s}]\n", with: "")
    #expect(try read(text).detectors.first?.settings == example.detector.settings)
  }

  static func scenarioFor(_ example: DetectorExample) -> String {
    let observer = example.detector.observers[0].rawValue
    return scenario("detectors: [\(example.item)]", "expect: [{outcome: missed, observer: \(observer)}]")
  }
}
