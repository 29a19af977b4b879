import Model
import Output
import Results
import Testing

@Suite("Tables")
struct TableReportTests {
  @Test("a scenario is titled by its conditions and followed by its findings; columns without content are left out")
  func golden() {
    #expect(
      ReportFormat.table.report(Example.summary, expectations: Example.expectations) == """
        cable-pull: cable-pull server
          timeline 3s inject cable-pull server; 15s heal cable-pull
          path routed ipv4  workload requests every=200ms timeout=1s
          clock real  kernel 6.18.5  HZ 250  run r1  plan 0123456789abcdef

                                              median        its 95 %      p95        min..max     \
        predicted   worst  failover     lost   segs    bytes
          detector   n  outcomes                   s           CI, s        s               s             \
        s  case s         s  of sent     /h       /h
          keepalive  6  5 detected, 1 missed   2.350  2.100..>12.000  >12.000  2.100..>12.000  \
        2.000..2.450   2.550     3.000   21/240  25200  1716000
          none       4  4 missed               never                                  >12.000         never

          outside prediction: 2
            trial 5 keepalive: detected after 2.500 s, predicted 2.000..2.450 s, 50.4 ms late
            trial 6 keepalive: missed, predicted 2.000..2.450 s

          fault not confirmed, so not counted: 1
            trial 2 none: mismatch

          could not be measured: 1
            trial 3 none: no route to the server

        FAIL          c.yaml:20:5  \
        cable-pull: keepalive: every trial detected within 4s: trial 6 ended missed after 12 s
        pass          c.yaml:21:5  cable-pull: keepalive: at most 6 requests lost in a trial: 6 of 6 trials
        inconclusive  c.yaml:22:5  \
        cable-pull: keepalive: p95 of the detection time within 3s: too few trials: 6, and it takes 59

        """)
  }

  @Test("colour changes no text, and is on words of outcome and verdict only")
  func colour() {
    let coloured = ReportFormat.table.report(Example.summary, expectations: Example.expectations, style: .colour)
    #expect(coloured.contains("5 \u{1b}[32mdetected\u{1b}[0m, 1 \u{1b}[31mmissed\u{1b}[0m"))
    let plain = ReportFormat.table.report(Example.summary, expectations: Example.expectations)
    #expect(coloured.replacing(#/\u{1b}\[[0-9]+m/#, with: "") == plain)
    #expect(!plain.contains("\u{1b}"))
  }

  @Test("no rows are said to be none")
  func nothing() {
    #expect(ReportFormat.table.report(SummaryBuilder().summary()) == "no rows\n")
  }

  @Test("lines fit a wide terminal, and none ends with a space")
  func width() {
    let lines = ReportFormat.table.report(Example.summary).split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 150 && $0.last != " " })
  }

  @Test("censored statistics say so: half missed, all missed")
  func censored() {
    func text(_ outcomes: [Outcome]) -> String {
      var builder = SummaryBuilder()
      for (index, outcome) in outcomes.enumerated() {
        var row = Example.row("keepalive", .keepalive, trial: index + 1, outcome)
        if outcome == .detected { row.detection = .seconds(2) }
        builder.add(row)
      }
      return ReportFormat.table.report(builder.summary())
    }
    #expect(text([.detected, .missed, .missed]).contains("1 detected, 2 missed  >12.000  >12.000  2.000..>12.000"))
    #expect(text([.missed, .missed]).contains("2 missed   never   >12.000"))
    #expect(text([.survived]).contains("keepalive  1  1 survived\n"))
  }

  @Test("herds, failed attempts and learned intervals have columns where there are any")
  func herd() {
    var row = Example.row("keepalive", .keepalive, trial: 1, .survived)
    row.clients = 20
    row.clientsDeclared = 20
    row.clientsFailedOver = 18
    row.lastFailover = .milliseconds(4500)
    row.failedAttempts = 7
    row.learnedInterval = .seconds(240)
    var builder = SummaryBuilder()
    builder.add(row)
    let text = ReportFormat.table.report(builder.summary())
    #expect(
      text.contains(
        """
                                  clients  the last    failed  learned
          detector   n  outcomes       over         s  attempts        s
          keepalive  1  1 survived    18/20     4.500         7  240.000

        """), "\(text)")
  }

  @Test("rows of both clocks are two tables, each titled with its clock")
  func bothClocks() {
    var builder = SummaryBuilder()
    for var row in Example.rows {
      builder.add(row)
      row.clock = .virtual
      row.kernel = "6.12.94"
      row.hz = 100
      row.outcome = .missed
      row.detection = nil
      builder.add(row)
    }
    let tables = ReportFormat.table.report(builder.summary()).split(separator: "\n\ncable-pull: ")
    #expect(tables.count == 2)
    #expect(tables[0].contains("clock real  kernel 6.18.5  HZ 250") && tables[0].contains("5 detected, 1 missed"))
    #expect(tables[1].contains("clock virtual  kernel 6.12.94  HZ 100") && !tables[1].contains("detected,"))
    let findings = FindingReport.text(builder.summary())
    #expect(findings.contains("\ncable-pull (real clock, kernel 6.18.5)\n"))
    #expect(findings.contains("\ncable-pull (virtual clock, kernel 6.12.94)\n"))
  }

  @Test("with several runs, findings name theirs")
  func severalRuns() {
    var builder = SummaryBuilder()
    for var row in Example.rows {
      builder.add(row)
      row.run = "r2"
      builder.add(row)
    }
    let text = ReportFormat.table.report(builder.summary())
    #expect(text.contains("run 2 runs"))
    #expect(text.contains("run r2 trial 2 none: mismatch"))
  }
}
