import Model
import Results
import Testing

@Suite("The matrix")
struct MatrixTests {
  private func matrix(_ rows: [ResultRow]) -> Matrix {
    var builder = SummaryBuilder()
    for row in rows { builder.add(row) }
    return Matrix(builder.summary())
  }

  /// The cell of rows that ended so, in order; a time is a detection.
  private func cell(_ outcomes: [(Outcome, reason: String?)]) throws -> MatrixCell {
    let rows = outcomes.enumerated().map { index, end in
      let needsTime = end.0 == .detected || end.0 == .late
      var row = row(end.0, trial: index + 1, detection: needsTime ? Double(index + 1) : nil)
      row.reason = end.reason
      return row
    }
    let only = try #require(matrix(rows).rows.first)
    return try #require(only.cells[0])
  }

  private func outcomes(_ counts: [Outcome: Int]) -> [(Outcome, reason: String?)] {
    Outcome.allCases.flatMap { outcome in Array(repeating: (outcome, reason: nil), count: counts[outcome] ?? 0) }
  }

  @Test("a cell is what most of its trials came to, and how many of them")
  func kinds() throws {
    let cases: [([Outcome: Int], MatrixCell.Kind, Int)] = [
      ([.detected: 3], .detected, 3), ([.missed: 2], .never, 2), ([.survived: 2], .survives, 2),
      ([.unaffected: 2], .survives, 2),
      ([.late: 1], .late, 1), ([.falseAlarm: 4], .falseAlarm, 4), ([.error: 4], .unknown, 0),
      ([.detected: 3, .missed: 2], .detected, 3), ([.detected: 2, .missed: 2], .never, 2),
      ([.detected: 2, .survived: 3], .survives, 3), ([.detected: 1, .falseAlarm: 1], .falseAlarm, 1),
    ]
    for (counts, kind, agreeing) in cases {
      let cell = try cell(outcomes(counts))
      #expect(cell.kind == kind, "\(counts)")
      #expect(cell.agreeing == agreeing, "\(counts)")
      #expect((cell.median != nil) == (kind == .detected), "\(counts)")
    }
  }

  @Test("the median counts missed trials as longer than all others, and leaves out those that the heal ended")
  func median() throws {
    #expect(try cell(outcomes([.detected: 3])).median == .seconds(2))
    #expect(try cell(outcomes([.detected: 3, .missed: 2])).median == .seconds(3))
    #expect(try cell(outcomes([.detected: 3, .survived: 2])).median == .seconds(2))
  }

  @Test("not to declare a peer that the fault did not concern, or that was only slow, is to survive")
  func rightlySilent() throws {
    for (outcome, reason, kind) in [
      (Outcome.unaffected, String?.none, MatrixCell.Kind.survives), (.unaffected, "slow", .survives),
      (.missed, "not-recovered", .never),
    ] {
      #expect(try cell([(outcome, reason: reason)]).kind == kind)
    }
  }

  @Test("unconfirmed rows alone make an unknown cell, and what was not measured has none")
  func unknown() {
    var unconfirmed = row(.detected, detection: 1)
    unconfirmed.faultVerdict = .mismatch
    var other = row(.missed, detector: "heartbeat")
    other.scenario = "other"
    other.fault = .blackhole
    let matrix = matrix([unconfirmed, other])
    #expect(matrix.rows.map { $0.cells.map { $0?.kind } } == [[nil, .never], [.unknown, nil]])
    #expect(matrix.trials == 0...1)
  }

  @Test("columns are in the order of the faults, rows in the order of the mechanisms, whatever the order of the files")
  func order() {
    let faults: [(FaultKind, Mechanism, String)] = [
      (.processKill, .heartbeat, "slow"), (.cablePull, .none, "none"), (.blackhole, .heartbeat, "fast"),
    ]
    var rows = faults.map { fault, mechanism, name in
      var row = row(.missed, detector: name)
      row.scenario = fault.rawValue
      row.fault = fault
      row.mechanism = mechanism
      return row
    }
    var server = rows[2]
    server.observer = .server
    rows.append(server)
    for rows in [rows, rows.reversed()] {
      let matrix = matrix(rows)
      #expect(matrix.columns.map(\.title.text) == ["cable-pull", "blackhole", "process-kill"])
      #expect(matrix.rows.map(\.detector) == ["none", "fast", "fast", "slow"])
      #expect(matrix.rows.map(\.observer) == [.client, .client, .server, .client])
    }
  }

  @Test("the same detector with other settings is a row of its own, and another clock's or plan's a column")
  func apart() {
    var rows = [row(.missed), row(.missed, trial: 2), row(.missed, trial: 3)]
    rows[1].settings = "idle=2s"
    rows[1].scenario = "other"
    rows[2].plan = "pfedcba9876543210"
    let matrix = matrix(rows)
    #expect(matrix.rows.map(\.settings) == ["idle=1s interval=1s probes=2", "idle=2s"])
    #expect(
      matrix.columns.map(\.title.text) == [
        "cable-pull, plan p0123456789abcdef", "other", "cable-pull, plan pfedcba9876543210",
      ])
  }

  @Test("a title says only what tells the columns of a fault apart")
  func titles() {
    func titles(_ changes: [(inout ResultRow) -> Void]) -> [String] {
      matrix(
        changes.enumerated().map { index, change in
          var row = row(.missed)
          row.scenario = "s\(index)"
          change(&row)
          return row
        }
      ).columns.map(\.title.text)
    }
    #expect(titles([{ _ in }, { $0.faultTarget = "client" }]) == ["cable-pull, server", "cable-pull, client"])
    #expect(
      titles([{ _ in }, { $0.timeline += "; 5s heal cable-pull" }]) == ["cable-pull", "cable-pull, healed"])
    #expect(
      titles([{ _ in }, { $0.workload = "push every=1s" }, { $0.workload = "push every=2s" }]) == [
        "cable-pull, idle", "cable-pull, push, every=1s", "cable-pull, push, every=2s",
      ])
    #expect(
      titles([{ $0.path = .nat }, { $0.family = .ipv6 }]) == ["cable-pull, nat", "cable-pull, routed"])
    #expect(titles([{ _ in }, { $0.timeline = "4s inject cable-pull server" }]) == ["s0", "s1"])
    #expect(
      titles([
        {
          $0.fault = .cpuSaturation
          $0.faultTarget = "server mode=worker"
        }, { _ in },
      ]) == ["cable-pull", "cpu-saturation mode=worker"])
  }

  @Test("it knows where and when it was measured")
  func conditions() {
    var later = row(.missed, trial: 2)
    later.startedAt = "2026-02-01T00:00:00Z"
    later.kernel = "6.12"
    let matrix = matrix([later, row(.missed)])
    #expect(matrix.started == "2026-01-31T12:00:00Z"..."2026-02-01T00:00:00Z")
    #expect(matrix.distinct { [$0.kernel] } == ["6.12", "6.18.5"])
    #expect(self.matrix([]).started == nil)
    #expect(self.matrix([]).trials == nil)
  }
}
