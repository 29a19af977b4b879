import JSON
import Testing

@Suite("Writing JSON")
struct JSONTextTests {
  private static let value = JSONValue.object([
    .init("b", .array([.null, .bool(true), .int(-3), .double(0.1), .seconds(.nanoseconds(3_004_127_001))])),
    .init("a", .string("q\" b\\ n\n t\t r\r bell\u{7} ü ✓")),
    .init("empty", .array([])),
    .init("none", .object([])),
    .init("infinite", .double(.infinity)),
  ])

  @Test("members keep their order, and values are exact")
  func text() {
    #expect(
      Self.value.text == #"""
        {
          "b": [
            null,
            true,
            -3,
            0.1,
            3.004127001
          ],
          "a": "q\" b\\ n\n t\t r\r bell\u0007 ü ✓",
          "empty": [],
          "none": {},
          "infinite": null
        }
        """#)
  }

  @Test("a line of JSON Lines has no line feed")
  func line() {
    #expect(
      Self.value.line
        == #"{"b":[null,true,-3,0.1,3.004127001],"a":"q\" b\\ n\n t\t r\r bell\u0007 ü ✓","empty":[],"none":{},"infinite":null}"#
    )
  }

  @Test("what a terminal would obey is escaped, beyond ASCII too")
  func controls() {
    #expect(
      JSONValue.string("\u{1b}]0;x\u{7f}\u{9b}2J\u{202e}\u{e0041}").line
        == #""\u001b]0;x\u007f\u009b2J\u202e\udb40\udc41""#)
  }

  @Test("an object made of a dictionary is sorted by name")
  func sorted() {
    #expect(JSONValue.sorted(["b": .int(1), "a": .int(2)]).line == #"{"a":2,"b":1}"#)
  }
}
