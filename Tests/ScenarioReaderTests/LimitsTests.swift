import Model
import Testing

@testable import ScenarioReader

/// Every kind of number at its limits, just beyond them, and far beyond.
@Suite("Numbers at their limits")
struct LimitsTests {
  private static let absurd = ["1e400", "-1", "1_000", String(repeating: "9", count: 60), ".nan", ".inf", "0x10"]

  @Test(
    "whole numbers",
    arguments: [
      ("trials: ", 1, 100_000), ("clients: ", 1, 1000), ("acceptQueue: ", 1, 4096),
    ])
  func integers(key: String, least: Int, most: Int) {
    for good in [least, most] { #expect(!mistakes(key + "\(good)", key), "\(key)\(good)") }
    for bad in ["\(least - 1)", "\(most + 1)"] + Self.absurd { #expect(mistakes(key + bad, key), "\(key)\(bad)") }
  }

  @Test("durations")
  func durations() {
    for good in ["365d", "1ms", "8760h", "525600m", "1d2h3m4s5ms6us7ns", "0.5s", "007s"] {
      #expect(!mistakes("workload: {requests: {every: \(good), timeout: 1s}}", "workload"), "\(good)")
    }
    for bad in [
      "366d", "0s", "0.1ns", "999us", "8761h", "365d1ns", "99999999999999999999s", "1s1s", "1s1m", "1.5h3m", "1h 3m",
    ]
      + Self.absurd.map({ $0 + "s" })
    {
      #expect(mistakes("workload: {requests: {every: \(bad), timeout: 1s}}", "workload"), "\(bad)")
    }
  }

  @Test("compound durations are the sum of their parts")
  func compound() throws {
    #expect(try read(scenario("observe: 10h5m")).observe == .seconds(36_300))
    #expect(try read(scenario("observe: 1m30s500ms")).observe == .milliseconds(90_500))
  }

  @Test("options in whole seconds and milliseconds")
  func options() {
    for good in ["1s", "32767s", "9h", "2000ms", "1.5m"] {
      #expect(!mistakes("detectors: [keepalive: {idle: \(good)}]", "detectors"), "\(good)")
    }
    for bad in ["0s", "32768s", "10h", "1500ms", "1.5s"] {
      #expect(mistakes("detectors: [keepalive: {idle: \(bad)}]", "detectors"), "\(bad)")
    }
    #expect(!mistakes("detectors: [user-timeout: {timeout: 2147483647ms}]", "detectors"))
    for bad in ["2147483648ms", "0ms", "1.5ms"] {
      #expect(mistakes("detectors: [user-timeout: {timeout: \(bad)}]", "detectors"), "\(bad)")
    }
  }

  @Test("percentages, rates and sizes")
  func quantities() {
    func cable(_ entry: String) -> String { "topology: {backup: true, cables: {server: {\(entry)}}}" }
    for good in ["loss: 0%", "loss: 99.999%", "duplicate: 100%", "rate: 1kbit", "rate: 1000gbit", "rate: 1000bit"] {
      #expect(!mistakes(cable(good), "topology"), "\(good)")
    }
    for bad in ["loss: 100%", "loss: -1%", "duplicate: 100.1%", "rate: 999bit", "rate: 1001gbit", "rate: 0gbit"] {
      #expect(mistakes(cable(bad), "topology"), "\(bad)")
    }
    for (good, bad) in [("24B", "23B"), ("1MiB", "1025KiB")] {
      #expect(!mistakes("workload: {push: {every: 1s, size: \(good)}}", "workload"), "\(good)")
      #expect(mistakes("workload: {push: {every: 1s, size: \(bad)}}", "workload"), "\(bad)")
    }
  }

  @Test("percentiles are refused that no number of trials decides")
  func percentiles() {
    func expectation(_ percentile: String) -> String { "expect: [{percentile: \(percentile), within: 1s}]" }
    for good in ["0.001", "50", "99.9", "99.997"] { #expect(!mistakes(expectation(good), "expect"), "\(good)") }
    for bad in ["0", "99.9971", "99.9999999999", "100"] + Self.absurd {
      #expect(mistakes(expectation(bad), "expect"), "\(bad)")
    }
    expectError(scenario(expectation("99.9999999999")), "9:23", .outOfRange, "up to 99.997")
  }

  /// Whether the reader finds anything wrong in the lines of that key.
  private func mistakes(_ line: String, _ key: String) -> Bool {
    let text = scenario(line)
    let name = key.prefix { $0 != ":" }
    let place = text.split(separator: "\n", omittingEmptySubsequences: false).firstIndex { $0.hasPrefix("\(name):") }
    return errors(in: text).contains { $0.line == (place ?? -2) + 1 && $0.code != .contradiction }
  }
}
