import Foundation
import Model
import Output
import Results
import Testing

@Suite("Fidelity reports")
struct FidelityReportTests {
  private static func row(_ clock: Clock, _ detector: String, trial: Int, _ detection: Double?) -> ResultRow {
    var row = Example.row(detector, .keepalive, trial: trial, detection == nil ? .missed : .detected)
    row.clock = clock
    row.kernel = clock == .virtual ? "6.12.94" : "6.18.5"
    row.hz = clock == .virtual ? 100 : 250
    row.detection = detection.map { Duration(seconds: $0) }
    row.withinPrediction = true
    if detection != nil {
      row.predictedMin = .seconds(2)
      row.predictedMax = .milliseconds(2100)
    }
    return row
  }

  /// One detector that agrees, one that differs in a trial, one with too few pairs and one that nothing predicts.
  private static let fidelity: Fidelity = {
    var builder = FidelityBuilder()
    for trial in 1...5 {
      builder.add(row(.real, "agreeing", trial: trial, 2 + Double(trial) / 100))
      builder.add(row(.virtual, "agreeing", trial: trial, 2.1))
      builder.add(row(.real, "differing", trial: trial, 2))
      var differing = row(.virtual, "differing", trial: trial, trial == 3 ? 2.2505 : 2.05)
      if trial == 3 { (differing.withinPrediction, differing.lag) = (false, .milliseconds(41)) }
      builder.add(differing)
      for clock in Clock.allCases {
        var undecided = row(clock, "undecided", trial: trial, nil)
        undecided.withinPrediction = nil
        builder.add(undecided)
        if trial == 1 || clock == .real { builder.add(row(clock, "short", trial: trial, 2)) }
      }
    }
    return builder.fidelity()
  }()

  @Test("each detector has a line with both medians, the differences and what is allowed; what differs is listed")
  func table() {
    #expect(
      ReportFormat.table.text(.fidelity(Self.fidelity)) == """
        cable-pull: cable-pull server, plan 0123456789abcdef
          real clock kernel 6.18.5 HZ 250; virtual clock kernel 6.12.94 HZ 100

                                 no  outcomes by  outcomes by     median     median   difference        allowed
          detector   pairs  partner  real clock   virtual clock   real s  virtual s           ms             ms
          agreeing       5           5 detected   5 detected       2.030      2.100   50.0..90.0  -121.0..127.0  agrees
          differing      5           5 detected   5 detected       2.000      2.050  50.0..250.5  -121.0..168.0  DIFFERS in 1
          undecided      5           5 missed     5 missed       >12.000    >12.000                              no closed form
          short          1        4  1 detected   1 detected       2.000      2.000          0.0  -121.0..127.0  too few pairs

          differs beyond the timer wheels: 1
            trial 3 seed 7 differing: 2.000 s, by the virtual clock 2.251 s: 250.5 ms, and -121.0..168.0 ms are allowed; \
        the virtual clock's is outside its own prediction; its event loop ran up to 41.0 ms late

        10 of 11 pairs agree: the same outcome and signal, and a difference within what both
        kernels' timer wheels allow (each timer fires 1 to 8^n ticks of 1/HZ late)
        5 more have no closed form to be held against
        fewer than 5 pairs: cable-pull: short

        """)
  }

  @Test("colour changes no text")
  func colour() {
    let coloured = ReportFormat.table.text(.fidelity(Self.fidelity), style: .colour)
    #expect(coloured.contains("\u{1b}[31mDIFFERS in 1\u{1b}[0m"))
    #expect(coloured.replacing(#/\u{1b}\[[0-9]+m/#, with: "") == ReportFormat.table.text(.fidelity(Self.fidelity)))
  }

  @Test("as JSON it has a member for each detector, and in it each pair that differs")
  func json() throws {
    let text = ReportFormat.json.text(.fidelity(Self.fidelity))
    let root = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(root["pairs"] as? Int == 16 && root["compared"] as? Int == 11 && root["differing"] as? Int == 1)
    let detectors = try #require(root["detectors"] as? [[String: Any]])
    #expect(detectors.map { $0["detector"] as? String } == ["agreeing", "differing", "undecided", "short"])
    #expect(detectors.map { $0["enough"] as? Bool } == [true, true, true, false])
    #expect(detectors[0]["difference_max_s"] as? Double == 0.09)
    #expect(detectors[0]["allowed_min_s"] as? Double == -0.121)
    #expect(detectors[2]["difference_min_s"] is NSNull)
    let differing = try #require(detectors[1]["differing"] as? [[String: Any]])
    #expect(differing.map { $0["trial"] as? Int } == [3])
    #expect(differing[0]["in"] as? String == "detection" && differing[0]["difference_s"] as? Double == 0.2505)
  }

  @Test("no rows are said to be none")
  func nothing() {
    #expect(ReportFormat.table.text(.fidelity(FidelityBuilder().fidelity())) == "no rows\n")
  }
}
