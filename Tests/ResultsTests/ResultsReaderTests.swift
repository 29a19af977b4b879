import Model
import Results
import Testing

@Suite("Reading results files")
struct ResultsReaderTests {
  private let rows = [fullRow(), bareRow(trial: 4), row(.missed, trial: 5)]

  @Test("any cutting of a file into blocks gives the same rows", arguments: [1, 2, 7, 100, 1 << 20])
  func blocks(size: Int) throws {
    let bytes = csv(rows)
    var reader = ResultsReader()
    var seen: [ResultRow] = []
    reader.beginFile("r.csv")
    for start in stride(from: 0, to: bytes.count, by: size) {
      let block = bytes[start..<min(start + size, bytes.count)]
      reader.read(block.span) { seen.append($0) }
    }
    reader.endFile()
    try reader.check()
    #expect(seen == rows)
  }

  @Test("files of versions 1 and 2 are read together, and what version 1 lacks is nil")
  func versions() throws {
    var full = fullRow()
    full.reason = nil
    full.cables = nil
    var reader = ResultsReader()
    var seen: [ResultRow] = []
    for (name, text) in [
      ("2.csv", csv([full]).text), ("1.csv", csvOfVersion1([bareRow(trial: 4), bareRow(trial: 5)])),
      ("2b.csv", csv([bareRow(trial: 6)]).text),
    ] {
      let bytes = Array(text.utf8)
      reader.beginFile(name)
      reader.read(bytes.span) { seen.append($0) }
      reader.endFile()
    }
    try reader.check()
    #expect(seen == [full, bareRow(trial: 4), bareRow(trial: 5), bareRow(trial: 6)])
  }

  @Test("CR LF row ends and a byte order mark, as spreadsheets write them, are accepted")
  func spreadsheet() throws {
    let rows = [bareRow(trial: 4), row(.missed, trial: 5)]
    let text = "\u{feff}" + csv(rows).text.split(separator: "\n").map { $0 + "\r\n" }.joined()
    #expect(try ResultsReader.rows(of: Array(text.utf8), file: "r.csv") == rows)
  }

  @Test("cells in needless quotes are accepted, in the header too")
  func needlessQuotes() throws {
    let rows = [bareRow(trial: 4), row(.missed, trial: 5)]
    let text = csv(rows).text.split(separator: "\n").map { line in
      line.split(separator: ",", omittingEmptySubsequences: false).map { "\"\($0)\"" }.joined(separator: ",") + "\n"
    }
    #expect(try ResultsReader.rows(of: Array(text.joined().utf8), file: "r.csv") == rows)
  }

  @Test("columns in another order, and columns of the user's own, are accepted: they are found by name")
  func userColumns() throws {
    let rows = [bareRow(trial: 4), row(.missed, trial: 5), row(.missed, trial: 6)]
    let lines = csv(rows).text.split(separator: "\n").map { line in
      let cells = line.split(separator: ",", omittingEmptySubsequences: false)
      return (["note"] + cells.reversed() + ["", "x"]).joined(separator: ",") + "\n"
    }
    #expect(try ResultsReader.rows(of: Array(lines.joined().utf8), file: "r.csv") == rows)
    let again = lines + [lines[1]]
    #expect(
      errors(in: again.joined()) == [
        "r.csv:5:57: the same plan, run, scenario, trial, detector, observer as in r.csv:2"
      ])
  }

  @Test("booleans and small numbers are accepted as spreadsheets write them")
  func spreadsheetValues() throws {
    var expected = fullRow()
    expected.reason = nil
    let text = csv([expected]).text
    for (word, value) in [("TRUE", true), ("FALSE", false), ("1", true), ("0", false), ("false", false)] {
      expected.withinPrediction = value
      #expect(
        try ResultsReader.rows(of: Array(text.replacing(",true,", with: ",\(word),").utf8), file: "r") == [expected])
    }
    expected.withinPrediction = true
    for (word, nanoseconds) in [
      ("2.5E-04", 250_000), ("1.06695E-04", 106_695), ("1.5e+1", 15_000_000_000), ("1E-12", 0), ("2E0", 2_000_000_000),
      ("1.23456789012E-03", 1_234_568),
    ] {
      expected.lag = .nanoseconds(nanoseconds)
      let read = try ResultsReader.rows(of: Array(text.replacing(",0.00025,", with: ",\(word),").utf8), file: "r")
      #expect(read.map(\.lag) == [expected.lag], "\(word)")
    }
  }

  @Test("a row after a wrong one is not taken for good because its cells are the same")
  func repeatedErrors() {
    let header = CSVEncoder.header.text
    let wrong = CSVEncoder.row(row(.detected, trial: 1)).text
    let again = CSVEncoder.row(row(.detected, trial: 2)).text
    #expect(
      errors(in: header + wrong + again) == [
        "r.csv:2:33: detection_s is empty (expected seconds, as the outcome is detected)",
        "r.csv:3:33: detection_s is empty (expected seconds, as the outcome is detected)",
      ])
    let bad = CSVEncoder.row(bareRow(trial: 1)).text.replacing(",250,", with: ",HZ,")
    let badAgain = CSVEncoder.row(bareRow(trial: 2)).text.replacing(",250,", with: ",HZ,")
    #expect(errors(in: header + bad + badAgain).count == 2)
  }

  @Test("a row after one that was skipped has its own values, not those of the last good one")
  func skippedRow() {
    var changed = bareRow(trial: 3)
    changed.kernel = "6.12"
    let tooLong = CSVEncoder.row(changed).text.replacing("\n", with: ",\n")
    let text = csv([bareRow(trial: 2)]).text + tooLong + CSVEncoder.row(changed).text
    var reader = ResultsReader()
    var kernels: [String] = []
    let bytes = Array(text.utf8)
    reader.beginFile("r.csv")
    reader.read(bytes.span) { kernels.append($0.kernel) }
    #expect(kernels == ["6.18.5", "6.12"])
  }

  @Test("several files are read one after another, and a row of a later one must differ from all before")
  func severalFiles() throws {
    var reader = ResultsReader()
    var count = 0
    for (name, rows) in [("a.csv", detections([1, 2])), ("b.csv", [row(.missed, trial: 3), row(.missed, trial: 2)])] {
      reader.beginFile(name)
      let bytes = csv(rows)
      reader.read(bytes.span) { _ in count += 1 }
      reader.endFile()
    }
    #expect(count == 3)
    let error = #expect(throws: InvalidResults.self) { try reader.check() }
    #expect(
      error?.description == "b.csv:3:3: the same plan, run, scenario, trial, detector, observer as in a.csv:3")
  }

  @Test("rows differ if any part of their key does, however large or scattered the trials are")
  func keys() throws {
    var rows: [ResultRow] = []
    for trial in [999_999_999, 1, 5000, 2, 40, 3] + Array(4...39) {
      for detector in ["keepalive", "heartbeat"] {
        rows.append(row(.missed, trial: trial, detector: detector))
        var other = row(.missed, trial: trial, detector: detector)
        other.run = "r2"
        rows.append(other)
        other.plan = "fedcba9876543210"
        rows.append(other)
        other.scenario = "blackhole"
        rows.append(other)
      }
    }
    #expect(try ResultsReader.rows(of: csv(rows), file: "r.csv").count == rows.count)
    #expect(errors(in: csv(rows + [rows[0], rows[9], rows[17], rows[100]])).count == 4)
  }

  @Test("the length of all whole lines tells where to cut a file that a killed run left")
  func wholeBytes() throws {
    let bytes = csv(rows)
    var reader = ResultsReader()
    reader.beginFile("r.csv")
    let cut = bytes.dropLast(5)
    reader.read(cut.span) { _ in }
    reader.endFile()
    let error = #expect(throws: InvalidResults.self) { try reader.check() }
    #expect(error?.errors.map(\.code) == [.truncated])
    #expect(reader.wholeBytes == csv(Array(rows.dropLast())).count)
    #expect(try ResultsReader.rows(of: Array(bytes.prefix(reader.wholeBytes)), file: "r.csv") == rows.dropLast())
  }

  @Test("what the visitor throws comes out")
  func visitorThrows() {
    struct Stop: Error {}
    var reader = ResultsReader()
    reader.beginFile("r.csv")
    let bytes = csv(rows)
    #expect(throws: Stop.self) { try reader.read(bytes.span) { _ throws(Stop) in throw Stop() } }
  }
}
