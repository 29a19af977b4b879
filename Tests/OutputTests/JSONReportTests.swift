import Foundation
import Model
import Output
import Results
import Testing

@Suite("JSON")
struct JSONReportTests {
  @Test("the report decodes, with its statistics in seconds and what is unknown as null")
  func decodes() throws {
    let text = ReportFormat.json.text(.summary(Example.summary, expectations: Example.expectations))
    let root = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(root["report_version"] as? Int == Report.version)
    let scenario = try #require((root["scenarios"] as? [[String: Any]])?.first)
    #expect(scenario["scenario"] as? String == "cable-pull")
    #expect(scenario["hz"] as? [Int] == [250])
    #expect(scenario["cables"] is NSNull)
    let detectors = try #require(scenario["detectors"] as? [[String: Any]])
    #expect(detectors.map { $0["detector"] as? String } == ["keepalive", "none"])
    #expect((detectors[0]["outcomes"] as? [String: Int])?["detected"] == 5)
    #expect(detectors[0]["worst_case_s"] as? Double == 2.55)
    #expect(detectors[0]["requests_lost"] as? Int == 21)
    let detection = try #require(detectors[0]["detection"] as? [String: Any])
    let median = try #require(detection["median"] as? [String: Any])
    #expect(median["seconds"] as? Double == 2.3504)
    #expect(median["censored"] as? Bool == false)
    let greatest = try #require(detection["max"] as? [String: Any])
    #expect(greatest["censored"] as? Bool == true)
    #expect((detectors[1]["predicted"] as? [String: Any])?["never"] as? Bool == true)
    #expect(detectors[1]["segments_per_hour"] is NSNull)
    let outside = try #require(scenario["outside_prediction"] as? [String: Any])
    #expect(outside["count"] as? Int == 2)
    let checks = try #require(root["expectations"] as? [[String: Any]])
    #expect(checks.map { $0["verdict"] as? String } == ["failed", "passed", "inconclusive"])
  }
}
