import Model
import ScenarioReader
import Testing

/// The hashes under which results were published: whoever changes how a scenario is described to the hash finds out.
@Suite("The hashes of published scenarios")
struct PublishedHashesTests {
  /// Every shipped scenario and every example of a fault or mechanism, with the 16 digits of its hash.
  private static func hashes() throws -> [String] {
    var lines = ScenarioReader.read(shippedScenarios).scenarios.map { "\($0.planHash.suffix(16)) \($0.name)" }
    for example in FaultExample.all {
      lines.append("\(try read(example.document).planHash.suffix(16)) \(example.entries[0])")
    }
    for example in DetectorExample.all {
      lines.append("\(try read(CatalogueTests.scenarioFor(example)).planHash.suffix(16)) \(example.item)")
    }
    return lines.sorted()
  }

  @Test("none has changed, and a new scenario's is written down")
  func unchanged() throws {
    let published = publishedHashes.split(separator: "\n").map(String.init)
    let now = try Self.hashes()
    #expect(Set(now).subtracting(published) == [], "add these lines to publishedHashes if they are of new scenarios")
    #expect(Set(published).subtracting(now) == [], "these were published, and nothing has them any more")
  }
}
