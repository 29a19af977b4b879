import JSON
import Testing

@Suite("Reading JSON")
struct JSONParserTests {
  @Test(
    "what is written is read back",
    arguments: [
      "null", "true", "-3", "0", "9223372036854775807", "0.1", "[]", "{}", #"{"a":[1,{"b":null}],"c":"x"}"#,
      #""q\" b\\ n\n \u001b ü ✓ \udb40\udc41""#,
    ])
  func roundTrip(text: String) throws {
    #expect(try JSONValue(parsing: text.utf8).line == text)
  }

  @Test("numbers too large for 64 bits, and those with a fraction or an exponent, are floating-point")
  func numbers() throws {
    #expect(try JSONValue(parsing: "9223372036854775808".utf8) == .double(9_223_372_036_854_775_808))
    #expect(try JSONValue(parsing: " [1e3, -2.5E-1] ".utf8) == .array([.double(1000), .double(-0.25)]))
  }

  @Test("escapes of one unit and of two are read")
  func escapes() throws {
    #expect(try JSONValue(parsing: #""\/\b\f\u00fc\ud83d\ude00""#.utf8).string == "/\u{8}\u{c}ü😀")
  }

  @Test(
    "anything else is refused, with where",
    arguments: [
      ("", .syntax, 0), ("nul", .syntax, 3), ("01", .syntax, 1), ("1.", .syntax, 2), ("-", .syntax, 1),
      ("[1,]", .syntax, 3), ("[1", .syntax, 2), ("{\"a\"}", .syntax, 4), ("{a:1}", .syntax, 1), ("1 2", .syntax, 2),
      ("\"\n\"", .syntax, 2), ("\"\\x\"", .syntax, 3), ("\"abc", .syntax, 4), ("NaN", .syntax, 0),
      (#""\ud800""#, .notText, 7), (#""\udc00x""#, .notText, 7), (#""\ud800\u0041""#, .notText, 13),
      ("{\"a\":1,\"a\":2}", .duplicateName, 10), ("1e999", .outOfRange, 5),
    ] as [(String, JSONError.Code, Int)])
  func refused(text: String, code: JSONError.Code, offset: Int) {
    let error = #expect(throws: JSONError.self) { try JSONValue(parsing: text.utf8) }
    #expect(error?.code == code)
    #expect(error?.offset == offset, "\(text)")
  }

  @Test("bytes that are not UTF-8 are refused")
  func notUTF8() {
    let error = #expect(throws: JSONError.self) { try JSONValue(parsing: [0x22, 0xff, 0x22] as [UInt8]) }
    #expect(error?.code == .notText)
  }

  @Test("no more is read than the limits allow")
  func limits() throws {
    let deep = String(repeating: "[", count: 100_000)
    #expect(throws: JSONError(code: .tooLarge, offset: 32, message: "deeper than 32 levels")) {
      try JSONValue(parsing: deep.utf8)
    }
    let nested = String(repeating: "[", count: 32) + String(repeating: "]", count: 32)
    #expect(throws: Never.self) { try JSONValue(parsing: nested.utf8) }
    #expect(throws: JSONError(code: .tooLarge, offset: 4, message: "longer than 4 bytes")) {
      try JSONValue(parsing: "12345".utf8, limits: JSONLimits(size: 4))
    }
    #expect(try JSONValue(parsing: "1234".utf8, limits: JSONLimits(size: 4)) == .int(1234))
  }

  @Test("a value's parts are found by name and sort")
  func parts() throws {
    let value = try JSONValue(parsing: #"{"a":[1,2.5,true],"b":"x"}"#.utf8)
    #expect(value["a"]?.elements?.map(\.number) == [1, 2.5, nil])
    #expect(value["a"]?.elements?[2].bool == true && value["b"]?.string == "x" && value["c"] == nil)
  }
}
