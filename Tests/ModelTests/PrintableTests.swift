import Model
import Testing

@Suite("Text of other people")
struct PrintableTests {
  @Test("what a terminal would obey is spelled out, and all else stays")
  func printable() {
    #expect("ü ✓ plain text".printable == "ü ✓ plain text")
    #expect("\u{1b}]0;title\u{7}".printable == "\\u{1b}]0;title\\u{7}")
    #expect("a\nb\r\tc\u{7f}\u{9b}2J".printable == "a\\nb\\r\\tc\\u{7f}\\u{9b}2J")
    #expect(
      "\u{202e}txt.\u{2066}\u{200f}\u{2028}\u{feff}\u{e0041}".printable
        == "\\u{202e}txt.\\u{2066}\\u{200f}\\u{2028}\\u{feff}\\u{e0041}")
  }

  @Test("a carriage return before a line feed is spelled out too, though both are one character")
  func carriageReturn() {
    #expect("a\r\nb".printable == "a\\r\\nb")
    #expect("a\r\nb\n".printableLines == "a\\r\nb\n")
  }
}
