import Lab
import LinuxNetwork
import LinuxSystem
import Model

/// How exactly t0 is known, and how soon a host is told that its carrier is gone.
enum FaultBenchmark {
  static func run() async throws {
    let (uncertainty, notification) = try await DedicatedThread.run { () throws -> ([Double], [Double]) in
      let lab = try Lab(Topology())
      let cable = try lab.cable(.server)
      let end = cable.far
      let monitor = try LinkMonitor(in: try lab.host(end.host))
      var uncertainty: [Double] = []
      var notification: [Double] = []
      for _ in 0..<200 {
        let moment = try Moment.measure { try lab.wiring.netlink.setUp(false, cable.ports) }
        guard try monitor.wait(milliseconds: 2000, until: { $0.index == end.interface.index && !$0.hasCarrier }) else {
          throw BenchmarkFailure("no carrier notification within 2 s")
        }
        notification.append((Instant.now - moment.midpoint).inSeconds)
        uncertainty.append(moment.uncertainty.inSeconds)
        try lab.wiring.netlink.setUp(true, cable.ports)
        _ = try monitor.wait(milliseconds: 2000, until: { $0.index == end.interface.index && $0.isOperational })
      }
      return (uncertainty, notification)
    }
    Benchmarks.report(
      "uncertainty of t0, 200 cable pulls, p99", Benchmarks.milliseconds(Benchmarks.percentile(99, of: uncertainty)),
      target: "<= 0.25 ms")
    Benchmarks.report(
      "carrier notification after t0, median", Benchmarks.milliseconds(Benchmarks.median(notification)),
      target: "< 2 ms")
  }
}
