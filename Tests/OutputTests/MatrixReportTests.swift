import Foundation
import Model
import Output
import Results
import Testing

@Suite("Matrices")
struct MatrixReportTests {
  /// Three faults: one detected and missed, one survived, one with a false alarm and an unconfirmed row.
  private static let rows: [ResultRow] = {
    var rows: [ResultRow] = []
    for trial in 1...10 {
      var keepalive = Example.row("keepalive", .keepalive, trial: trial, trial > 8 ? .missed : .detected)
      keepalive.settings = "idle=1s probes=2"
      keepalive.detection = trial > 8 ? nil : .milliseconds(2000 + 100 * trial)
      keepalive.withinPrediction = trial != 8
      rows.append(keepalive)
      var control = Example.row("none", .none, trial: trial, .missed)
      rows.append(control)
      control.scenario = "flush"
      control.fault = .natFlush
      control.faultTarget = "router loose=true"
      control.timeline = "3s inject nat-flush router loose=true"
      control.outcome = .survived
      rows.append(control)
      var server = Example.row("beat", .heartbeat, trial: trial, .falseAlarm)
      server.scenario = "slow | reader"
      server.fault = .slowReader
      server.timeline = "3s inject slow-reader server"
      server.observer = .server
      server.mode = .watch
      rows.append(server)
      server.detector = "doubtful"
      server.faultVerdict = .mismatch
      server.observer = .client
      server.mode = .act
      rows.append(server)
    }
    return rows
  }()

  private var matrix: Report {
    var builder = SummaryBuilder()
    for row in Self.rows { builder.add(row) }
    return .matrix(builder.summary())
  }

  @Test("faults across, detectors down, and every word explained")
  func golden() {
    #expect(
      ReportFormat.table.text(matrix, width: 160) == """
        median detection time, faults across and detectors down
          clock real, kernel 6.18.5, HZ 250, flatline 0.1.0, 2026-01-31, 0..10 trials a cell

                                                                1
                                                       cable-pull                     2            3
          detector              settings                   healed  nat-flush loose=true  slow-reader
          none                                              never              survives            -
          keepalive             idle=1s probes=2  2.55 s (8/10) !                     -            -
          beat (server, watch)                                  -                     -  false alarm
          doubtful                                              -                     -            ?

          1  cable-pull, healed    cable-pull (workload requests every=200ms timeout=1s, routed ipv4, \
        3s inject cable-pull server; 15s heal cable-pull)
          2  nat-flush loose=true  flush (workload requests every=200ms timeout=1s, routed ipv4, \
        3s inject nat-flush router loose=true)
          3  slow-reader           slow | reader (workload requests every=200ms timeout=1s, routed ipv4, \
        3s inject slow-reader server)

          a time: the median from the fault to the declaration that the peer is dead
          never: not declared dead before the end of the measurement
          survives: rightly not declared dead; the connection works, or works again
          false alarm: declared dead though the peer was alive and reachable
          (8/10): in 8 of 10 trials; the others ended differently
          !: some trials were outside their prediction
          ?: no trial counts, as the fault was not confirmed or nothing could be measured
          -: not measured

        """)
  }

  @Test("too wide a table has numbers for titles, and a still wider one is split; every line of a table fits")
  func narrow() {
    for width in [60, 80] {
      let text = ReportFormat.table.text(matrix, width: width)
      let tables = text.split(separator: "\n\n").dropFirst().filter { $0.contains("detector ") }
      #expect(tables.allSatisfy { $0.split(separator: "\n").allSatisfy { $0.count <= width } }, "\(text)")
      #expect(text.contains("\n  2  nat-flush loose=true\n      flush (workload"))
      for cell in ["2.55 s (8/10) !", "survives", "false alarm"] { #expect(text.contains(cell)) }
      #expect(tables.count == (width == 60 ? 2 : 1))
    }
  }

  @Test("colour changes no text")
  func colour() {
    let coloured = ReportFormat.table.text(matrix, style: .colour, width: 160)
    #expect(coloured.contains("\u{1b}[31mfalse alarm\u{1b}[0m"))
    #expect(
      coloured.replacing(#/\u{1b}\[[0-9]+m/#, with: "") == ReportFormat.table.text(matrix, width: 160))
  }

  @Test("as Markdown it is a table whose rows have as many cells as its header, pipes escaped")
  func markdown() {
    let text = ReportFormat.markdown.text(matrix)
    let lines = text.split(separator: "\n").filter { $0.hasPrefix("|") }
    #expect(
      lines.first
        == "| detector | settings | 1<br>cable-pull<br>healed | 2<br>nat-flush loose=true | 3<br>slow-reader |")
    #expect(lines[3] == "| keepalive | idle=1s probes=2 | 2.55 s (8/10) ! | - | - |")
    #expect(lines.allSatisfy { $0.replacing("\\|", with: "").count { $0 == "|" } == 6 })
    #expect(text.contains("- 3: slow-reader: slow \\| reader (workload"))
    #expect(text.contains("kernel 6.18.5, HZ 250, flatline 0.1.0, 2026-01-31"))
  }

  @Test("as JSON it has a cell for each column, null where nothing was measured")
  func json() throws {
    let text = ReportFormat.json.text(matrix)
    let root = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(
      (root["columns"] as? [[String: Any]])?.map { $0["scenario"] as? String } == [
        "cable-pull", "flush", "slow | reader",
      ])
    let rows = try #require(root["rows"] as? [[String: Any]])
    let cells = try #require(rows[1]["cells"] as? [Any])
    let cell = try #require(cells[0] as? [String: Any])
    #expect(cell["kind"] as? String == "detected")
    #expect(cell["median_s"] as? Double == 2.55)
    #expect(cell["agreeing"] as? Int == 8)
    #expect(cell["counted"] as? Int == 10)
    #expect(cells[1] is NSNull && cells[2] is NSNull)
  }

  @Test("a detector that suspected the living meanwhile is marked")
  func suspectedMeanwhile() {
    var row = Example.row("phi", .phiAccrual, trial: 1, .survived)
    row.mode = .watch
    row.watchedAlive = .seconds(10)
    row.mistakeTime = .seconds(1)
    for (mistakes, mark) in [(0, ""), (2, " \\*")] {
      row.mistakes = mistakes
      var builder = SummaryBuilder()
      builder.add(row)
      let text = ReportFormat.markdown.text(.matrix(builder.summary()))
      #expect(text.contains("| phi (watch) | survives\(mark) |"))
      #expect(text.contains("- \\*: meanwhile it suspected") == (mistakes > 0))
    }
  }

  @Test("no rows are said to be none")
  func nothing() {
    let empty = Report.matrix(SummaryBuilder().summary())
    #expect(ReportFormat.table.text(empty) == "no rows\n")
    #expect(ReportFormat.markdown.text(empty) == "no rows\n")
  }

  @Test(
    "times have three figures",
    arguments: [
      (310_000, "0.31 ms"), (9_994_000, "9.99 ms"), (9_996_000, "10.0 ms"), (204_400_000, "204 ms"),
      (999_400_000, "999 ms"), (999_600_000, "1.00 s"), (2_504_000_000, "2.50 s"), (13_760_000_000, "13.8 s"),
      (99_960_000_000, "100 s"), (7_905_400_000_000, "7905 s"), (0, "0.00 ms"),
    ])
  func figures(nanoseconds: Int, spelled: String) {
    var builder = SummaryBuilder()
    var row = Example.row("keepalive", .keepalive, trial: 1, .detected)
    row.detection = .nanoseconds(nanoseconds)
    builder.add(row)
    let lines = ReportFormat.markdown.text(.matrix(builder.summary())).split(separator: "\n")
    #expect(lines.contains("| keepalive | \(spelled) |"))
  }
}
