import Model
import ScenarioReader
import Testing

@Suite("Input that explodes", .timeLimit(.minutes(1)))
struct ExplosiveInputTests {
  /// Twelve lists of nine aliases each: 9^12 words, if somebody follows them.
  private static let bomb = (0..<12).map { level in
    let items = level == 0 ? ["1"] : Array(repeating: "*l\(level - 1)", count: 9)
    return "l\(level): &l\(level) [\(items.joined(separator: ", "))]\n"
  }.joined()

  @Test(
    "a key with aliases in aliases is refused where it stands",
    arguments: [
      ("? *l11\n: 1\n", "an alias"), ("? [*l11]\n: 1\n", "a list"), ("x: {*l11 : 1}\n", "an alias"),
      ("x: {[*l11]: 1}\n", "a list"), ("x: {[*l11]}\n", "a list"), ("x: {{a: *l11}: 1}\n", "a mapping"),
      ("x: [[*l11]: 1]\n", "a list"), ("x: {a: 1, a: 2}\n? [*l11]\n: 1\n", "a list"),
    ])
  func aliasBombAsKey(lines: String, found: String) {
    let errors = errors(in: "version: 1\nname: x\n" + Self.bomb + lines)
    #expect(errors.contains { $0.message == "found \(found) as a key" && $0.line > 14 }, "\(errors.map(\.description))")
  }

  @Test("aliases as values are harmless, and work")
  func aliasesAsValues() throws {
    let text = scenario(
      "detectors: [keepalive: &it {idle: 1s, interval: 1s, probes: 2}, {keepalive: *it}]".replacing(
        "{keepalive: *it}", with: "user-timeout: {timeout: 3s}"))
    #expect(try read(text).detectors.count == 2)
    let found = errors(in: "version: 1\nname: x\n" + Self.bomb)
    #expect(found.contains { $0.message.contains("unknown key `l11`") })
  }

  @Test("an asterisk in a text, a comment or quotes is no alias")
  func asterisks() throws {
    #expect(try read(scenario("summary: '2 * 3: {[*a]: b}' # ? [*x]")).summary == "2 * 3: {[*a]: b}")
  }

  @Test("a timeline of too many steps is refused before it is unrolled")
  func steps() {
    let entry = "{at: 1s, inject: cable-pull, for: 1ms, every: 1s, times: 10000}"
    expectError(
      scenario("observe: 200d", "timeline: [\(entry), \(entry), \(entry)]"), "6:11", .tooLarge, "60000 injections",
      "at most 20000")
  }

  @Test("a file that is too large is refused unread")
  func size() {
    let large = Array(repeating: UInt8(ascii: "#"), count: ScenarioFile.largest + 1)
    #expect(ScenarioReader.read(bytes: large, file: "x").errors.map(\.code) == [.tooLarge])
  }

  @Test("many keys given twice are not told apart in a large file")
  func duplicates() {
    let twice = (0..<101).map { "k\($0): 1\nk\($0): 2\n" }.joined()
    let found = errors(in: "version: 1\nname: x\n" + twice + "#" + String(repeating: "x", count: 800_000))
    #expect(found.contains { $0.code == .duplicateKey })
    #expect(found.count < 10)
  }

  @Test("fifty thousand unknown keys, and a name of a megabyte, are told briefly")
  func brief() {
    let found = errors(in: "version: 1\nname: x\n" + (0..<50_000).map { "key\($0): 1\n" }.joined())
    #expect((1000...1100).contains(found.count))
    let name = errors(in: scenario("name: " + String(repeating: "x/", count: 400_000)))
    #expect(name.map(\.code) == [.invalidName])
    #expect((name.first?.description.count ?? 0) < 1000)
  }

  @Test("what steers a terminal is spelled out in messages")
  func controlCharacters() {
    let found = errors(in: scenario(#"name: "a\e]0;title\a""#))
    #expect(found.first?.message.contains(#"\u{1b}]0;title\u{7}"#) == true, "\(found)")
    #expect(errors(in: scenario("name: \"a\u{202e}b\"")).first?.message.contains(#"\u{202e}"#) == true)
  }

  @Test(
    "deep nesting is an error, not a crash",
    arguments: ["[", "{a: ", "- ", "? ", "{", "&a [", "!t ["])
  func nesting(opening: String) {
    #expect(errors(in: String(repeating: opening, count: 10_000)) != [])
    #expect(errors(in: String(repeating: opening, count: 900)) != [])
  }

  @Test("mutated scenarios are refused or read, in any case without a trap", arguments: 0..<8)
  func mutations(round: Int) throws {
    var random = KeyedRandom(seed: 4, "mutations", "\(round)")
    func below(_ limit: Int) -> Int { Int(random.next() % UInt64(limit)) }
    let pieces = [
      "*", "&a ", "{", "}", "[", "]", ": ", "? ", "- ", "\"", "'", "\n", "|\n", "999999999999999999999", "1e400", "%",
      "\0",
    ]
    for _ in 0..<40 {
      var bytes = shippedScenarios[below(shippedScenarios.count)].bytes
      for _ in 0...below(4) {
        let place = below(bytes.count)
        switch below(3) {
        case 0: bytes.remove(at: place)
        case 1: bytes.insert(contentsOf: pieces[below(pieces.count)].utf8, at: place)
        default: bytes.replaceSubrange(place..<min(place + below(40), bytes.count), with: [])
        }
      }
      let reading = ScenarioReader.read(bytes: bytes, file: "mutated.yaml")
      #expect(reading.errors != [] || reading.scenarios != [])
    }
  }
}
