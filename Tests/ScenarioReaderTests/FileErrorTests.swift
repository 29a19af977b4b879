import Model
import ScenarioReader
import Testing

@Suite("Files that are no scenario files")
struct FileErrorTests {
  @Test("an empty file")
  func empty() {
    for text in ["", "# only a comment\n", "\n\n"] { expectError(text, "1:1", .empty, "empty") }
  }

  @Test("an empty document after a separator")
  func emptyDocument() {
    let reading = ScenarioReader.read(text: scenario() + "---\n", file: "test.yaml")
    #expect(reading.errors.map(\.code) == [.wrongType])
    #expect(reading.errors.first?.description.contains("found nothing") == true)
    #expect(reading.errors.first?.line == 11)
    #expect(reading.scenarios.map(\.name) == ["test"])
  }

  @Test("binary data")
  func binary() {
    let invalid = ScenarioReader.read(bytes: Array("name: ä\nab".utf8) + [0xff, 0xfe], file: "b.yaml")
    #expect(
      invalid.errors.map(\.description) == [
        "b.yaml:2:3: a byte that is not UTF-8 (expected a YAML file in UTF-8)"
      ])
    let null = ScenarioReader.read(bytes: [0x41, 0x00, 0x42], file: "b.yaml")
    #expect(
      null.errors.map(\.description) == [
        "b.yaml:1:2: the control character U+0000 (expected a YAML file in UTF-8)"
      ])
    #expect(ScenarioReader.read(bytes: [0xff, 0xfe, 0x41, 0], file: "b.yaml").errors.map(\.code) == [.notText])
  }

  @Test("a document that is no mapping")
  func noMapping() {
    expectError("- version: 1\n", "1:1", .wrongType, "found a list", "expected a mapping of version, name")
    expectError("hello\n", "1:1", .wrongType, "found `hello`")
  }

  @Test("a YAML syntax error is at the parser's line and column")
  func syntax() {
    expectError("version: 1\nname: [a, b\nobserve: 3s\n", "3:8", .syntax, "not YAML")
    expectError("version: 1\nname: *nobody\n", "2:7", .syntax, "undefined alias")
    expectError("name: \"open\n", "2:1", .syntax, "end of stream")
  }

  @Test("a tab in the indentation")
  func tabs() {
    expectError("version: 1\ntopology:\n\tbackup: true\n", "3:1", .syntax, "a tab in the indentation (expected spaces)")
    expectError("name: [a,\tb: c: d]\n", "1:15", .syntax, "not YAML")
  }

  @Test("errors before a syntax error are still listed")
  func syntaxLater() {
    let found = errors(in: scenario("observe: 9") + "---\nname: [\n")
    #expect(found.map(\.code) == [.missingUnit, .syntax])
    #expect(found.map(\.line) == [7, 12])
  }

  @Test("nesting beyond all reason is a syntax error")
  func nesting() {
    let found = errors(in: String(repeating: "[", count: 100_000))
    #expect(found.map(\.code) == [.syntax])
  }

  @Test("tags")
  func tags() {
    expectError(scenario("observe: !!int 9"), "7:10", .wrongType, "tag")
    expectError(scenario("topology: !mine {backup: true}"), "3:11", .wrongType, "a tag on a mapping")
    expectError(scenario("detectors: !mine [none]"), "5:12", .wrongType, "a tag on a list")
  }
}
