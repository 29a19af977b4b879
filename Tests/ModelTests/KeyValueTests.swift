import Model
import Testing

@Suite("Keys and values as text")
struct KeyValueTests {
  private func document() -> KeyValueWriter {
    var writer = KeyValueWriter.document
    writer.add("name", "a: b = c % d\ntab\t\u{1F980} ")
    writer.add("empty", "")
    writer.add("two words", 7)
    writer.add("absent", String?.none)
    writer.add("at", Instant(nanoseconds: -3))
    writer.add("for", Duration.milliseconds(1500))
    return writer
  }

  @Test("a document says one thing a line, in words that people can read")
  func spelling() {
    #expect(
      document().text
        == "name: a: b = c %25 d%0Atab%09\u{1F980} \nempty: \ntwo words: 7\nat: -3\nfor: 1500ms\n")
  }

  @Test("what was written reads back the same, in either layout")
  func roundTrip() throws {
    var reader = try KeyValueReader(document: document().text, title: "a note")
    #expect(try reader.text("name") == "a: b = c % d\ntab\t\u{1F980} ")
    #expect(try reader.text("empty") == "")
    #expect(try reader.integer("two words") == 7)
    #expect(reader.optional("absent") == nil)
    #expect(try reader.instant("at") == Instant(nanoseconds: -3))
    #expect(try reader.duration("for") == .milliseconds(1500))
    try reader.end()

    var writer = KeyValueWriter(line: "say")
    writer.add("what", "a b=c%\n")
    #expect(writer.text == "say what=a%20b=c%25%0A")
    var line = try KeyValueReader(line: writer.text)
    #expect(line.word == "say")
    #expect(try line.text("what") == "a b=c%\n")
    try line.end()
  }

  @Test(
    "a document is refused by its bad line",
    arguments: [
      ("size 3", "size 3"), (": 3", ": 3"), ("size:3", "size:3"), ("size: 3\nsize: 3", "size: 3"),
      ("size: %2", "size: %2"),
      ("", "size"), ("size: x", "size: x"), ("size: 3\ncolour: red", "colour: red"),
    ])
  func malformed(text: String, word: String) {
    let error = #expect(throws: MalformedLine.self) {
      var reader = try KeyValueReader(document: text, title: "a note")
      _ = try reader.integer("size")
      try reader.end()
    }
    #expect(error?.word == word)
    #expect(error?.line == "a note")
  }

  @Test("a duration is read as it is spelled, and nothing else is one")
  func durations() {
    for duration in [Duration.zero, .nanoseconds(1), .microseconds(20), .milliseconds(1500), .seconds(7200)] {
      #expect(Duration(spelled: duration.spelled) == duration)
    }
    for text in ["", "5", "s", "1.5s", "5 s", "99999999999s", "5m"] { #expect(Duration(spelled: text) == nil) }
  }
}
