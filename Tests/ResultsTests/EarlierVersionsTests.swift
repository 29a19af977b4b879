import Model
import Results
import Testing

@Suite("Files of earlier versions")
struct EarlierVersionsTests {
  /// The rows as schema 2 wrote them: its number, a plan without prefix, and other words for `unaffected`.
  private func text(_ rows: [(ResultRow, reason: String?)], schema: Int = 2) -> String {
    let lines = rows.map { row, reason in
      var row = row
      if row.outcome == .unaffected { row.outcome = .missed }
      row.reason = reason
      return csv([row]).text.split(separator: "\n")[1].dropFirst(2).replacing("p0123", with: "0123")
    }
    return csv([]).text + lines.map { "\(schema),\($0)\n" }.joined()
  }

  private func read(_ text: String) throws -> [ResultRow] {
    try ResultsReader.rows(of: Array(text.utf8), file: "r.csv")
  }

  @Test("a missed row with the reason not-affected or slow is read as unaffected, others as they are")
  func unaffected() throws {
    let rows = (1...6).map { row(.unaffected, trial: $0) }
    let read = try read(
      text([
        (rows[0], "not-affected"), (rows[1], "slow"), (rows[2], nil), (rows[3], "not-affected; ran 0.2 s late"),
        (rows[4], "not-recovered"), (rows[5], "not-affected"),
      ]))
    #expect(read.map(\.outcome) == [.unaffected, .unaffected, .missed, .unaffected, .missed, .unaffected])
    #expect(read.map(\.reason) == [nil, "slow", nil, "ran 0.2 s late", "not-recovered", nil])
  }

  @Test("the same words in a row of schema 3 mean what they say")
  func today() throws {
    let read = try read(text([(row(.unaffected), "not-affected")], schema: 3))
    #expect(read.map(\.outcome) == [.missed] && read[0].reason == "not-affected")
  }

  @Test("each row is read by its own schema's number, not by the number of columns")
  func mixed() throws {
    let old = text([(row(.unaffected, trial: 1), "slow")])
    let new = text([(row(.unaffected, trial: 2), "slow")], schema: 3).split(separator: "\n")[1]
    #expect(try read(old + new + "\n").map(\.outcome) == [.unaffected, .missed])
  }

  @Test("a plan is the same with and without its prefix, also where rows are told apart")
  func plans() throws {
    let old = text([(row(.missed, trial: 1), nil)])
    #expect(try read(old).map(\.plan) == ["p0123456789abcdef"])
    let both = old + csv([row(.missed, trial: 1)]).text.split(separator: "\n")[1] + "\n"
    #expect(throws: InvalidResults.self) { try read(both) }
  }
}
