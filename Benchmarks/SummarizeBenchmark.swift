import Campaign
import Glibc
import LinuxSystem
import Model
import Results
import Subprocess
import SystemPackage

/// `flatline summarize` of a million rows.
enum SummarizeBenchmark {
  static func run() async throws {
    let file = "/tmp/flatline-benchmark-\(CurrentProcess.identifier).csv"
    defer { unlink(file) }
    try write(rows: 1_000_000, to: file)
    let tool = EndpointExecutable.path.replacing("flatline-endpoint", with: "flatline")
    var seconds: [Double] = []
    for _ in 0..<3 {
      seconds.append(
        try await Benchmarks.timed {
          let result = try await Subprocess.run(
            .path(FilePath(tool)), arguments: ["summarize", file], output: .discarded, error: .string(limit: 4096))
          guard case .exited(0) = result.terminationStatus else { throw BenchmarkFailure(result.standardError) }
        })
    }
    var usage = rusage()
    getrusage(RUSAGE_CHILDREN.rawValue, &usage)
    Benchmarks.report(
      "summarize 1,000,000 rows, median of 3",
      "\((Benchmarks.median(seconds) * 100).rounded() / 100) s, \(usage.ru_maxrss / 1024) MiB at most",
      target: "< 2 s, < 300 MiB")
  }

  private static func write(rows: Int, to path: String) throws {
    let file = try OwnedDescriptor.open(path, flags: O_WRONLY | O_CREAT | O_TRUNC)
    var bytes = CSVEncoder.header
    var random = KeyedRandom(seed: 1, "summarize")
    for number in 0..<rows {
      let detector = ["keepalive", "heartbeat", "none"][number % 3]
      var row = ResultRow(
        version: "0.1.0", plan: "0123456789abcdef", run: "20260131T120000Z-c0ffee",
        scenario: "scenario-\(number / 3 % 40)", trial: number / 120 + 1, trialsPlanned: 10_000, seed: 1,
        startedAt: "2026-01-31T12:00:00Z", kernel: "6.1.0", hz: 250, path: .routed, family: .ipv4, workload: "idle",
        timeline: "3s inject cable-pull server", fault: .cablePull, faultTarget: "server", detector: detector,
        mechanism: .none, settings: "idle=1s interval=1s probes=2", outcome: .detected)
      row.faultVerdict = .confirmed
      row.detection = .nanoseconds(2_000_000_000 + Int64(random.next() % 1_000_000_000))
      row.observed = row.detection
      row.lastHeard = .milliseconds(500)
      CSVEncoder.append(row, to: &bytes)
      if bytes.count > 1 << 20 {
        try file.writeAll(bytes)
        bytes.removeAll(keepingCapacity: true)
      }
    }
    try file.writeAll(bytes)
  }
}
