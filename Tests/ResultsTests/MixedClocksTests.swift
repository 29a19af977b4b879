import Model
import Results
import Testing

@Suite("Rows of both clocks")
struct MixedClocksTests {
  /// Detections after these times by one clock, of one and the same plan.
  private func rows(_ clock: Clock, _ times: [Double], within: Bool = true) -> [ResultRow] {
    detections(times).map { row in
      var row = row
      row.clock = clock
      row.run = "on \(clock.rawValue)"
      row.kernel = clock == .virtual ? "6.12.94" : "6.18.5"
      row.hz = clock == .virtual ? 100 : 250
      row.withinPrediction = within
      return row
    }
  }

  private func summary(_ rows: [ResultRow]) -> Summary {
    var builder = SummaryBuilder()
    for row in rows { builder.add(row) }
    return builder.summary()
  }

  /// Row by row in turn, as files that were joined.
  private var mixed: [ResultRow] {
    zip(rows(.real, [1, 2, 3]), rows(.virtual, [11, 12, 13], within: false)).flatMap { [$0, $1] }
  }

  @Test("are summarised apart, each with its own kernel and HZ")
  func summaries() {
    let scenarios = summary(mixed).scenarios
    #expect(scenarios.map(\.clock) == [.real, .virtual])
    #expect(scenarios.map(\.groups.count) == [1, 1])
    #expect(scenarios.map { $0.groups[0].detection.median } == [.at(.seconds(2)), .at(.seconds(12))])
    #expect(scenarios.map(\.kernel) == ["6.18.5", "6.12.94"])
    #expect(scenarios.map(\.hz) == [[250], [100]])
  }

  @Test("are columns of their own in the matrix, whose titles all say the clock")
  func matrix() {
    var alone = rows(.virtual, [5])[0]
    alone.scenario = "blackhole"
    alone.fault = .blackhole
    let matrix = Matrix(summary(mixed + [alone]))
    #expect(
      matrix.columns.map(\.title.text) == [
        "cable-pull, real clock", "cable-pull, virtual clock", "blackhole, virtual clock",
      ])
    #expect(matrix.rows.map { $0.cells.map { $0?.median } } == [[.seconds(2), .seconds(12), .seconds(5)]])
    #expect(Matrix(summary(rows(.virtual, [1]))).columns.map(\.title.text) == ["cable-pull"])
  }

  @Test("of several kernels are apart too, and columns say which where one clock has several")
  func kernels() {
    let older = rows(.virtual, [5]).map { row in
      var row = row
      row.kernel = "6.1.192"
      return row
    }
    let summary = summary(mixed + older)
    #expect(summary.scenarios.map(\.kernel) == ["6.18.5", "6.12.94", "6.1.192"])
    #expect(summary.groups.map(\.trials) == [3, 3, 1])
    #expect(
      Matrix(summary).columns.map(\.title.text) == [
        "cable-pull, real clock", "cable-pull, virtual clock, kernel 6.12.94",
        "cable-pull, virtual clock, kernel 6.1.192",
      ])
  }

  @Test("have residuals of their own")
  func residuals() {
    let residuals = Residuals.byClock(summary(mixed))
    #expect(residuals.map(\.clock) == [.real, .virtual])
    #expect(residuals.map(\.shareInside) == [1, 0])
    #expect(residuals.map(\.outliers.count) == [0, 1])
  }

  @Test("are judged apart: an expectation that one clock's rows fail is failed, and says by which")
  func expectations() {
    func check(_ condition: Model.Expectation.Condition, _ rows: [ResultRow]) -> ExpectationResult? {
      ExpectationCheck.results(
        of: Scenario(
          name: "cable-pull", detectors: [Detector(name: "keepalive", settings: .none)],
          timeline: Timeline(entries: []), measured: .cablePull, observe: .seconds(20),
          expectations: [Model.Expectation(detector: "keepalive", condition: condition, location: "s.yaml:3:5")]),
        rows: rows
      ).first
    }
    let failed = check(.outcome(.detected, within: .seconds(4)), mixed)
    #expect(failed?.verdict == .failed)
    #expect(failed?.seen == "virtual clock: trial 1 took 11 s, and 2 more of 3")
    // Pooled, 59 rows would do for a 95th percentile; 30 of each clock do for none.
    let few = rows(.real, Array(repeating: 1, count: 30)) + rows(.virtual, Array(repeating: 1, count: 30))
    #expect(check(.percentile(95, within: .seconds(4)), few)?.verdict == .inconclusive)
    let most = rows(.real, Array(repeating: 1, count: 60)).map { row in
      var row = row
      row.trial += 100
      return row
    }
    #expect(check(.percentile(95, within: .seconds(4)), most)?.verdict == .passed)
    // The share of rows inside their prediction, too, is each clock's own.
    #expect(check(.prediction(atLeast: 0.5), mixed)?.verdict == .failed)
  }

  @Test("keep their clock through a file")
  func reading() throws {
    let read = try ResultsReader.rows(of: csv(mixed), file: "r.csv")
    #expect(read.map(\.clock) == [.real, .virtual, .real, .virtual, .real, .virtual])
    #expect(read == mixed)
    let unknown = csv(rows(.virtual, [1])).text.replacing(",virtual,", with: ",imaginary,")
    #expect(errors(in: unknown).first?.contains("clock is \"imaginary\" (expected real, virtual)") == true)
  }
}
