import Model
import Output
import Results
import Testing

@Suite("Accuracy and residuals")
struct AccuracyReportTests {
  private func summary(_ rows: [ResultRow]) -> Summary {
    var builder = SummaryBuilder()
    for row in rows { builder.add(row) }
    return builder.summary()
  }

  private func watching(_ detector: String, trial: Int, mistakes: Int) -> ResultRow {
    var row = Example.row(detector, .phiAccrual, trial: trial, .detected)
    row.mode = .watch
    row.detection = .milliseconds(1000 + trial)
    row.watchedAlive = .seconds(100)
    row.mistakes = mistakes
    row.mistakeTime = .milliseconds(500 * mistakes)
    return row
  }

  @Test("detectors in mode watch have a second table, with bounds where there was no mistake")
  func accuracyTable() {
    let rows = (1...6).flatMap {
      [watching("phi", trial: $0, mistakes: $0 % 2), watching("calm", trial: $0, mistakes: 0)]
    }
    let text = ReportFormat.table.text(.summary(summary(rows)))
    let table = text.split(separator: "\n\n").last
    #expect(
      table == """
                       watched            T_D median      its 95 %  T_D p95      T_MR    T_M             false
          accuracy of        s  mistakes           s         CI, s        s         s      s     P_A  alarms/h
          phi          600.000         3       1.004  1.001..1.006    1.006   200.000  0.500  0.9975      18.0
          calm         600.000         0       1.004  1.001..1.006    1.006  >200.000            1.0       0.0

        """)
  }

  @Test("where none watched there is no second table")
  func noAccuracy() {
    #expect(!ReportFormat.table.text(.summary(Example.summary)).contains("T_MR"))
  }

  @Test("a false alarm's reason is beside its count; a mixed one says how many")
  func reasons() {
    var rows = (1...3).map { Example.row("slow", .heartbeat, trial: $0, .falseAlarm) }
    for index in rows.indices { rows[index].reason = "slow" }
    #expect(ReportFormat.table.text(.summary(summary(rows))).contains("3 false-alarm (slow)"))
    rows[0].reason = "no-effect"
    #expect(ReportFormat.table.text(.summary(summary(rows))).contains("3 false-alarm (1 no-effect, 2 slow)"))
  }

  @Test("several observers of a detector are told apart, in findings too")
  func observers() {
    var server = Example.rows[8]
    server.observer = .server
    let text = ReportFormat.table.text(.summary(summary([Example.rows[8], server])))
    #expect(text.contains("keepalive  client") && text.contains("keepalive  server"))
    #expect(text.contains("trial 5 keepalive (server): detected after 2.500 s"))
  }

  @Test("residuals are a share, and a list of every row outside with how far and how late its loop ran")
  func residuals() {
    var rows = Example.rows
    rows[8].lag = .milliseconds(41)
    #expect(
      ReportFormat.table.text(.residuals(summary(rows))) == """
        inside their prediction: 8 of 10 rows (80.0 %) on the real clock, of 2 pairs of scenario and detector

        cable-pull: keepalive: 2 of 6 outside, plan 0123456789abcdef
          run r1 trial 5 keepalive: detected after 2.500 s, predicted 2.000..2.450 s, 50.4 ms late, \
        event loop up to 41.0 ms late
          run r1 trial 6 keepalive: missed, predicted 2.000..2.450 s

        """)
    #expect(ReportFormat.table.text(.residuals(summary([]))) == "no row has a prediction\n")
    #expect(ReportFormat.json.text(.residuals(summary(rows))).contains("\"inside\": 8"))
    for index in rows.indices where index % 2 == 1 { rows[index].clock = .virtual }
    let both = ReportFormat.table.text(.residuals(summary(rows)))
    #expect(
      both.contains("4 of 6 rows (66.666 %) on the real clock") && both.contains("4 of 4 rows (100.0 %) on the virtual")
    )
  }
}
