import Testing

@testable import Output

@Suite("A word for a shell")
struct ShellWordTests {
  @Test(
    "is quoted only where it must be",
    arguments: [
      ("results/cable-pull-20260131T120000Z-c0ffee.csv", "results/cable-pull-20260131T120000Z-c0ffee.csv"),
      ("größe.csv", "größe.csv"), ("my rows.csv", "'my rows.csv'"), ("it's", "'it'\\''s'"), ("", "''"),
      ("a$b", "'a$b'"), ("~", "'~'"), ("a\u{1b}]0;x\u{7}\n'", "$'a\\x1b]0;x\\x07\\n\\''"),
      ("a\u{202e}b", "$'a\\xe2\\x80\\xaeb'"),
    ])
  func quoting(text: String, expected: String) {
    #expect(text.shellQuoted == expected)
  }
}
