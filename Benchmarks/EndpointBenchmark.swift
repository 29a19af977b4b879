import Campaign
import EndpointProtocol
import LinuxSystem
import Model
import Subprocess
import SystemPackage

/// From the start of an endpoint's process to its first line, and how many can be up how soon.
enum EndpointBenchmark {
  static func run() async throws {
    var first: [Double] = []
    for _ in 0..<50 { first.append(try await start()) }
    Benchmarks.report(
      "endpoint process to its first line, median of 50", Benchmarks.milliseconds(Benchmarks.median(first)),
      target: "<= 4 ms")
    let many = try await Benchmarks.timed {
      try await withThrowingTaskGroup { group in
        for _ in 0..<600 { group.addTask { _ = try await start() } }
        try await group.waitForAll()
      }
    }
    Benchmarks.report(
      "600 endpoint processes up, and down again", "\((many * 100).rounded() / 100) s", target: "<= 1.5 s")
  }

  private static func start() async throws -> Double {
    let started = Clocks.monotonicNanoseconds()
    let result = try await Subprocess.run(
      .path(FilePath(EndpointExecutable.path)), arguments: [], input: .inputWriter, output: .sequence,
      error: .discarded
    ) { execution -> Int64 in
      _ = try await execution.standardInputWriter.write("\(Command.assume(.server, namespace: nil).line)\n")
      for try await _ in execution.standardOutput {
        let seen = Clocks.monotonicNanoseconds()
        try await execution.standardInputWriter.finish()
        return seen
      }
      throw BenchmarkFailure("the endpoint said nothing")
    }
    return Double(result.closureResult - started) / 1e9
  }
}
