import Model
import Results
import Testing

@testable import Output

@Suite("Tables")
struct TableReportTests {
  @Test("a scenario is titled by its conditions and followed by its findings; columns without content are left out")
  func golden() {
    #expect(
      ReportFormat.table.text(.summary(Example.summary, expectations: Example.expectations)) == """
        cable-pull: cable-pull server
          timeline 3s inject cable-pull server; 15s heal cable-pull
          path routed ipv4  workload requests every=200ms timeout=1s
          clock real  kernel 6.18.5  HZ 250
          run r1  seed 7  plan 0123456789abcdef

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
    let coloured = ReportFormat.table.text(
      .summary(Example.summary, expectations: Example.expectations), style: .colour)
    #expect(coloured.contains("5 \u{1b}[32mdetected\u{1b}[0m, 1 \u{1b}[31mmissed\u{1b}[0m"))
    let plain = ReportFormat.table.text(.summary(Example.summary, expectations: Example.expectations))
    #expect(coloured.replacing(#/\u{1b}\[[0-9]+m/#, with: "") == plain)
    #expect(!plain.contains("\u{1b}"))
  }

  @Test("no rows are said to be none")
  func nothing() {
    #expect(ReportFormat.table.text(.summary(SummaryBuilder().summary())) == "no rows\n")
  }

  @Test("lines fit a wide terminal, and none ends with a space")
  func width() {
    let lines = ReportFormat.table.text(.summary(Example.summary)).split(separator: "\n")
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
      return ReportFormat.table.text(.summary(builder.summary()))
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
    let text = ReportFormat.table.text(.summary(builder.summary()))
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
    let tables = ReportFormat.table.text(.summary(builder.summary())).split(separator: "\n\ncable-pull: ")
    #expect(tables.count == 2)
    #expect(tables[0].contains("clock real  kernel 6.18.5  HZ 250") && tables[0].contains("5 detected, 1 missed"))
    #expect(tables[1].contains("clock virtual  kernel 6.12.94  HZ 100") && !tables[1].contains("detected,"))
    let run = RunFacts(run: "r1", seed: 7, clock: .real, planned: 12, done: 12, files: [])
    let findings = ReportFormat.table.text(.matrix(builder.summary(), run: run))
    #expect(findings.contains("\ncable-pull (real clock, kernel 6.18.5)\n  outside"))
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
    let text = ReportFormat.table.text(.summary(builder.summary()))
    #expect(text.contains("2 runs  seed 7"))
    #expect(text.contains("run r2 trial 2 none: mismatch"))
    #expect(text.contains("10 rows repeat trials of the same plan and seed: on the real clock each is"))
  }

  @Test("a table fits the terminal: columns are left out by their weight, and it is said which; --wide shows all")
  func fits() {
    let report = Report.summary(Example.summary)
    let wide = ReportFormat.table.text(report)
    #expect(wide.split(separator: "\n").contains { $0.count > 100 } && !wide.contains("not shown"))
    for width in [80, 100] {
      let text = ReportFormat.table.text(report, width: width)
      let table = text.split(separator: "\n").drop { !$0.contains("median") }.prefix { !$0.contains("outside") }
      #expect(table.count > 4 && table.allSatisfy { $0.count <= width }, "\(text)")
      for kept in ["detector", "outcomes", "median", "p95", "worst"] { #expect(text.contains(kept)) }
      #expect(table.joined(separator: " ").contains("--wide shows all)"))
    }
    #expect(ReportFormat.table.text(report, width: 80).contains("(not shown: min..max s, predicted s, failover s"))
  }

  @Test("what fits no terminal otherwise is wrapped at words")
  func wrapped() {
    let text = StyledText("3 false-alarm (slow), 2 missed")
    #expect(text.wrapped(to: 14).map(\.plain).map { $0.trimmingSuffix() } == ["3 false-alarm", "(slow), 2", "missed"])
  }

  @Test("what a terminal would obey in a name, a reason or a path is spelled out, in every format for people")
  func foreignText() {
    var row = Example.row("a|b\u{1b}]0;x\u{7}", .keepalive, trial: 1, .error)
    row.reason = "two\nlines \u{202e}"
    row.scenario = "x\u{9b}2J"
    var builder = SummaryBuilder()
    builder.add(row)
    for format in ReportFormat.allCases {
      for report in [Report.summary(builder.summary()), .matrix(builder.summary()), .residuals(builder.summary())] {
        let text = format.text(report)
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || !$0.isUnprintable }, "\(format)")
      }
    }
    let markdown = ReportFormat.markdown.text(.summary(builder.summary()))
    #expect(markdown.contains("a\\|b\\\\u{1b}\\]0;x"), "\(markdown)")
    #expect(ReportFormat.table.text(.summary(builder.summary())).contains("two\\nlines \\u{202e}"))
  }

  @Test("as CSV a summary is one table over all scenarios, its numbers exact")
  func csv() {
    let lines = ReportFormat.csv.text(.summary(Example.summary)).split(
      separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0].hasPrefix("scenario,plan,fault,fault_target,clock,kernel,detector,observer,mode,mechanism"))
    #expect(lines[1].contains(",2.3504,false,"))
    #expect(lines.count == 4 && lines[3].isEmpty)
    let counts = lines.dropLast().map { $0.count { $0 == "," } }
    #expect(Set(counts).count == 1)
  }

  @Test("a part of what was planned, and virtual trials measured twice, are told")
  func notes() {
    var builder = SummaryBuilder()
    for run in ["r1", "r2"] {
      for trial in 1...2 {
        var row = Example.row("keepalive", .keepalive, trial: trial, .missed)
        (row.run, row.clock) = (run, .virtual)
        builder.add(row)
      }
    }
    let text = ReportFormat.table.text(.summary(builder.summary()))
    #expect(text.contains("partial: 4 of the 12 planned measurements are here"))
    #expect(text.contains("2 rows repeat trials of the same plan and seed: the virtual clock gives the same again"))
    #expect(text.contains("2 missed") && !text.contains("4 missed"))
  }
}

extension String {
  fileprivate func trimmingSuffix() -> String { String(reversed().drop { $0 == " " }.reversed()) }
}
