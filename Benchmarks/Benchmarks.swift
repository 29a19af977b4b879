import LinuxSystem
import Model

/// `make bench`: every target of the design that this version can measure, each beside what it is compared with.
@main
struct Benchmarks {
  static func main() async throws {
    try Chore.doIfAny()
    guard CurrentProcess.canAdministerSystem else {
      print("the benchmarks need root")
      return
    }
    try CurrentProcess.raiseDescriptorLimit()
    print("kernel \(CurrentProcess.kernelRelease()), \(CurrentProcess.processors) processors\n")
    try await FaultBenchmark.run()
    try await LabBenchmark.run()
    try await EndpointBenchmark.run()
    try await ConcurrencyBenchmark.run()
    try await GuestBenchmark.run()
    try await SummarizeBenchmark.run()
  }

  /// One line of the result: what, how much, and what is wanted.
  static func report(_ what: String, _ value: String, target: String = "") {
    let padded = what + String(repeating: " ", count: max(1, 58 - what.count))
    print(padded + value + (target.isEmpty ? "" : "   (target: \(target))"))
  }

  /// Milliseconds, to three digits.
  static func milliseconds(_ seconds: Double) -> String {
    "\((seconds * 1_000_000).rounded() / 1000) ms"
  }

  static func ratio(_ value: Double) -> String { "\((value * 10).rounded() / 10)x" }

  /// The value below which so many per cent lie (nearest rank); the array need not be sorted.
  static func percentile(_ percent: Double, of values: [Double]) -> Double {
    let sorted = values.sorted()
    guard !sorted.isEmpty else { return .nan }
    return sorted[max(0, Int((percent / 100 * Double(sorted.count)).rounded(.up)) - 1)]
  }

  static func median(_ values: [Double]) -> Double { percentile(50, of: values) }

  static func timed(_ work: () async throws -> Void) async rethrows -> Double {
    let start = Clocks.monotonicNanoseconds()
    try await work()
    return Double(Clocks.monotonicNanoseconds() - start) / 1e9
  }
}
