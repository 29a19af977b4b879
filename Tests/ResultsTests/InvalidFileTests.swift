import Model
import Results
import Testing

@Suite("Invalid results files")
struct InvalidFileTests {
  private let header = CSVEncoder.header.text
  private let line = CSVEncoder.row(bareRow()).text
  private let second = CSVEncoder.row(bareRow(trial: 2)).text

  @Test("an empty file lacks its header")
  func empty() {
    #expect(errors(in: "") == ["r.csv:1:1: the file is empty (expected a header)"])
    #expect(errors(in: header) == [])
  }

  @Test("a wrong header is told column by column")
  func wrongHeader() {
    #expect(
      errors(in: header.replacing("kernel,", with: "kernal,") + line) == [
        "r.csv:1:11: unexpected column \"kernal\"",
        "r.csv:1:1: the column kernel is missing (a row of schema 1 has it)",
      ])
    #expect(errors(in: header.replacing(",hz", with: ",hz,hz")) == ["r.csv:1:13: the column hz is there twice"])
    #expect(errors(in: "schema,version\n").count == 20 + 1)
    for stranger in [line + second, "a;b\n1;2\n", "root:x:0:0\n"] {
      #expect(errors(in: stranger) == ["r.csv:1:1: this is not a results file of flatline"])
    }
    let wide = "schema" + String(repeating: ",x", count: 256) + "\n"
    #expect(errors(in: wide) == ["r.csv:1:1: 257 columns (256 are the most that is read)"])
  }

  @Test("cells separated by semicolons or tabs, and decimal commas, are told with the remedy")
  func otherSeparators() {
    for (separator, word) in [(";", "semicolons"), ("\t", "tabs")] {
      let lines = errors(in: (header + line).replacing(",", with: separator))
      #expect(lines.count == 1 && lines[0].hasPrefix("r.csv:1:1: the cells are separated by \(word) (save"), "\(lines)")
    }
    let comma = line.replacing("server,,,,,,", with: "server,,\"1,5\",,,,")
    #expect(errors(in: header + comma).first?.hasSuffix("; save the file with points in numbers, not commas)") == true)
  }

  @Test("a row is a newer flatline's if its schema number says so, whatever columns there are")
  func newer() {
    let next = ResultsSchema.version + 1
    let message = "written by a newer flatline: schema \(next), and this one reads \(next - 1) (update it)"
    let newer = line.replacing("\n", with: ",x\n")
    let more = header.replacing("\n", with: ",extra\n")
    #expect(
      errors(in: more + "\(next)" + newer.dropFirst() + "\(next)" + newer.dropFirst()) == ["r.csv:2:1: \(message)"])
    #expect(errors(in: header + "\(next)" + line.dropFirst() + second) == ["r.csv:2:1: \(message)"])
    let renamed = header.replacing(",lag_s,", with: ",lateness_s,")
    #expect(errors(in: renamed + "\(next)" + line.dropFirst()) == ["r.csv:2:1: \(message)"])
  }

  @Test("a schema number that never was, and a header in the middle, are errors")
  func schema() {
    #expect(
      errors(in: header + "0" + line.dropFirst()) == [
        "r.csv:2:1: schema is \"0\" (expected a whole number from 1 to \(ResultsSchema.version))"
      ])
    #expect(
      errors(in: header + line + header + second) == [
        "r.csv:3:1: a second header (give the files to summarize together, or join them without their headers)"
      ])
  }

  @Test("a file of version 1 has version 1's columns; a row of a version whose columns are not there is an error")
  func versionsMixed() {
    let first = csvOfVersion1([bareRow()])
    #expect(errors(in: first) == [])
    #expect(errors(in: header + "1" + line.dropFirst()) == [])
    #expect(errors(in: header.replacing(",failed_attempts,learned_interval_s", with: "")) == [])
    let lacking = header.replacing(",failed_attempts,learned_interval_s", with: "")
    #expect(
      errors(in: lacking + "2" + line.dropFirst()) == [
        "r.csv:1:1: the column failed_attempts is missing (a row of schema 2 has it)",
        "r.csv:1:1: the column learned_interval_s is missing (a row of schema 2 has it)",
      ])
    #expect(
      errors(in: first.replacing(",lag_s", with: "")) == [
        "r.csv:1:1: the column lag_s is missing (a row of schema 1 has it)"
      ])
  }

  @Test("a row with too few or too many cells is told at its last one")
  func fieldCount() {
    #expect(
      errors(in: header + "3,2,3\n" + line) == ["r.csv:2:3: 3 cells (expected 58, one for each column)"])
    #expect(
      errors(in: header + line.replacing("\n", with: ",,\n")) == [
        "r.csv:2:58: 60 cells (expected 58, one for each column)"
      ])
    #expect(errors(in: header + line + "\n") == ["r.csv:3:1: an empty line (delete it)"])
  }

  @Test(
    "a cell that cannot be understood is shown with what was expected",
    arguments: [
      (",6.18.5,250,", ",6.18.5,fast,", "12: hz is \"fast\" (expected a whole number from 24 to 10000)"),
      (",6.18.5,250,", ",6.18.5,,", "12: hz is empty (expected a whole number from 24 to 10000)"),
      (",6.18.5,250,", ",6.18.5,+250,", "12: hz is \"+250\" (expected a whole number from 24 to 10000)"),
      (",6.18.5,250,", ",6.18.5,-250,", "12: hz is \"-250\" (expected a whole number from 24 to 10000)"),
      (",6.18.5,250,", ",6.18.5,0250,", "12: hz is \"0250\" (expected a whole number from 24 to 10000)"),
      (",6.18.5,", ",,", "11: kernel is empty (expected text in UTF-8)"),
      (",7,2026", ",7.5,2026", "8: seed is \"7.5\" (expected a whole number from 0 to 999999999999999)"),
      (",routed,", ",scenic,", "13: path is \"scenic\" (expected direct, routed, nat)"),
      (
        ",error,", ",dead,",
        "30: outcome is \"dead\" (expected detected, late, survived, unaffected, missed, false-alarm, error)"
      ),
      (
        "server,,,,,,", "server,,1e40,,,,",
        "21: fault_at_s is \"1e40\" (expected seconds from 0 to 1000000000, with at most nine decimals, such as 3.004127, or nothing)"
      ),
      (
        "server,,,,,,", "server,,1.,,,,",
        "21: fault_at_s is \"1.\" (expected seconds from 0 to 1000000000, with at most nine decimals, such as 3.004127, or nothing)"
      ),
      (
        "server,,,,,,", "server,,\"1,5\",,,,",
        "21: fault_at_s is \"1,5\" (expected seconds from 0 to 1000000000, with at most nine decimals, such as 3.004127, or nothing; save the file with points in numbers, not commas)"
      ),
      (
        "server,,,,,,", "server,,1.0000000001,,,,",
        "21: fault_at_s is \"1.0000000001\" (expected seconds from 0 to 1000000000, with at most nine decimals, such as 3.004127, or nothing)"
      ),
      (",6.18.5,250,", ",6.18.5,0,", "12: hz is \"0\" (expected a whole number from 24 to 10000)"),
      (
        ",10,7,", ",1000000001,7,", "7: trials_planned is \"1000000001\" (expected a whole number from 1 to 1000000000)"
      ),
      (
        "server,,,,,,", "server,,-1,,,,",
        "21: fault_at_s is \"-1\" (expected seconds from 0 to 1000000000, with at most nine decimals, such as 3.004127, or nothing)"
      ),
      (
        "server,,,,,,", "server,,1000000000.1,,,,",
        "21: fault_at_s is \"1000000000.1\" (expected seconds from 0 to 1000000000, with at most nine decimals, such as 3.004127, or nothing)"
      ),
      (
        ",6.18.5,250,", ",6.18.5,\u{1b}]0;x\u{7}\u{9b},",
        "12: hz is \"\\u{1B}]0;x\\u{07}\\u{9b}\" (expected a whole number from 24 to 10000)"
      ),
      (
        "client,error,,,", "client,error,,Etimedout,",
        "32: signal is \"Etimedout\" (expected an errno's name, EOF, missed-heartbeats, request-timeout, "
          + "connect-timeout, overloaded, carrier-lost or route-lost, or nothing)"
      ),
    ])
  func invalidValue(original: String, replacement: String, expected: String) {
    #expect(line.contains(original))
    #expect(errors(in: header + line.replacing(original, with: replacement)) == ["r.csv:2:\(expected)"])
  }

  @Test("a boolean is true or false")
  func boolean() {
    let text = CSVEncoder.row(fullRow()).text
    #expect(
      errors(in: header + text.replacing(",true,", with: ",yes,")) == [
        "r.csv:2:38: within_prediction is \"yes\" (expected true or false, or nothing)"
      ])
  }

  @Test("a predicted range whose ends are the wrong way round is an error")
  func contradiction() {
    var wrong = row(.detected, detection: 2)
    (wrong.predictedMin, wrong.predictedMax) = (.seconds(3), .seconds(2))
    #expect(errors(in: csv([wrong])) == ["r.csv:2:37: predicted_max_s is less than predicted_min_s"])
  }

  @Test("an outcome without the time that it stands for is an error")
  func missingValue() {
    var missed = row(.missed)
    missed.observed = nil
    #expect(
      errors(in: csv([row(.late), missed])) == [
        "r.csv:2:33: detection_s is empty (expected seconds, as the outcome is late)",
        "r.csv:3:34: observed_s is empty (expected seconds, as the outcome is missed)",
      ])
  }

  @Test("quotes in the wrong place are errors, and the next row is read again")
  func quoting() {
    let message = "a quote in the wrong place (expected the whole cell in quotes, and quotes in it doubled)"
    #expect(errors(in: header + line.replacing("6.18", with: "6\"18") + second) == ["r.csv:2:11: \(message)"])
    #expect(errors(in: header + line.replacing("6.18.5", with: "\"6.18\"5")) == ["r.csv:2:11: \(message)"])
    #expect(
      errors(in: header + line.replacing("6.18", with: "\"6.18") + second) == [
        "r.csv:2:11: a quote that opens here is never closed"
      ])
  }

  @Test("lines are counted as an editor counts them, though quoted cells span some")
  func lineNumbers() {
    #expect(errors(in: csv([fullRow()]) + Array("x\n".utf8)).first?.hasPrefix("r.csv:4:1: ") == true)
  }

  @Test("a carriage return inside a row is an error")
  func carriageReturn() {
    #expect(
      errors(in: header + line.replacing("6.18.5", with: "6\r") + second) == [
        "r.csv:2:11: a carriage return within the row (expected LF or CR LF at its end only)"
      ])
  }

  @Test("bytes that are not UTF-8 are errors, in cells and header")
  func encoding() {
    let latin = Array((header + line).utf8).map { $0 == UInt8(ascii: "0") ? 0xfc : $0 }
    #expect(errors(in: latin).contains("r.csv:2:2: version is not UTF-8 (save the file as UTF-8)"))
    let wide: [UInt8] = [0xff, 0xfe] + (header + line).utf8.flatMap { [$0, UInt8(0)] }
    #expect(errors(in: wide) == ["r.csv:1:1: the header is not UTF-8 (save the file as UTF-8)"])
  }

  @Test("a last line without an end is a killed run's, and told so")
  func truncated() {
    let message = "the last line is cut off, as a killed run leaves it (delete the line; the rows before it are whole)"
    for cut in [1, 10, line.count - 1] {
      #expect(errors(in: String((header + second + line).dropLast(cut))) == ["r.csv:3:1: \(message)"])
    }
    #expect(errors(in: "schema,vers") == ["r.csv:1:1: \(message)"])
  }

  @Test("a row whose key was there before is an error that names the earlier one")
  func duplicate() {
    #expect(
      errors(in: header + line + second + line) == [
        "r.csv:4:3: the same plan, run, scenario, trial, detector, observer as in r.csv:2"
      ])
  }

  @Test("twenty errors are listed and the rest counted")
  func limit() {
    let lines = errors(in: header + String(repeating: "x\n", count: 50))
    #expect(lines.count == 21)
    #expect(lines.last == "and 30 more")
  }

  @Test("all errors of a row are listed")
  func severalInARow() {
    let wrong = line.replacing(",250,routed,", with: ",x,y,")
    #expect(errors(in: header + wrong).map { $0.prefix(11) } == ["r.csv:2:12:", "r.csv:2:13:"])
  }

  @Test("a line without end is given up, not kept in memory")
  func endlessLine() {
    #expect(
      errors(in: Array(header.utf8) + Array(repeating: UInt8(ascii: "x"), count: 1_100_000)) == [
        "r.csv:2:1: the line has no end within 1 MiB"
      ])
  }
}
