import Model
import Testing

@Suite("The hash FNV-1a")
struct FNV1aTests {
  /// From the reference implementation's test suite (Landon Curt Noll's test_fnv.c, fnv1a_64).
  @Test(
    "published vectors come out",
    arguments: [
      ("", 0xcbf2_9ce4_8422_2325), ("a", 0xaf63_dc4c_8601_ec8c), ("b", 0xaf63_df4c_8601_f1a5),
      ("foo", 0xdcb2_7518_fed9_d577), ("foobar", 0x8594_4171_f739_67e8),
    ] as [(String, UInt64)])
  func vectors(text: String, hash: UInt64) {
    #expect(FNV1a(text).value == hash)
  }

  @Test("text, bytes and pieces of text come to the same")
  func pieces() {
    var bytes = FNV1a()
    for byte in "caf\u{e9}".utf8 { bytes.add(byte) }
    var pieces = FNV1a("ca")
    pieces.add("f\u{e9}")
    #expect(bytes == FNV1a("caf\u{e9}"))
    #expect(pieces == bytes)
  }

  @Test("where one part ends and the next begins matters")
  func parts() {
    func hash(_ parts: String...) -> UInt64 {
      var hash = FNV1a()
      for part in parts {
        hash.add(part)
        hash.endPart()
      }
      return hash.value
    }
    #expect(hash("ab", "c") != hash("a", "bc"))
    #expect(hash("ab") != hash("ab", ""))
  }

  @Test("digits are as many as they say, zeros in front included")
  func digits() {
    #expect(FNV1a("foobar").hexadecimal == "85944171f73967e8")
    #expect(FNV1a("foobar").folded == "72ad2699")
    #expect((0..<500).allSatisfy { FNV1a("\($0)").hexadecimal.count == 16 && FNV1a("\($0)").folded.count == 8 })
  }
}
