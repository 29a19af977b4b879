import LinuxNetwork
import LinuxSystem
import Model

/// The measuring kernel: the facts for every row, and those that predictions need.
public struct KernelFacts: Sendable, Hashable {
  /// `6.1.0-18-amd64`.
  public let release: String
  public let timers: KernelTimers

  public init(release: String, timers: KernelTimers) {
    self.release = release
    self.timers = timers
  }

  /// Reads the facts of this machine; the sysctls as in a new network namespace.
  public static func ofThisMachine() throws -> KernelFacts {
    let hz = Clocks.kernelHZ()
    let sysctls = try DedicatedThread.runBlocking { () throws -> [String: Int] in
      let namespace = try NetworkNamespace()
      defer { withExtendedLifetime(namespace) {} }
      var values: [String: Int] = [:]
      for name in [
        "tcp_retries2", "tcp_early_retrans", "tcp_rto_min_us", "tcp_rto_max_ms", "tcp_syn_retries",
        "tcp_syn_linear_timeouts",
      ] {
        values[name] = Sysctl.read("net/ipv4/\(name)").flatMap { Int($0) }
      }
      return values
    }
    return KernelFacts(
      release: CurrentProcess.kernelRelease(),
      timers: KernelTimers(
        hz: hz, jiffiesOffset: jiffiesOffset(hz: hz), retries2: sysctls["tcp_retries2"] ?? 15,
        // tcp_early_retrans: 3 and 4 turn tail loss probes on (tcp_schedule_loss_probe, net/ipv4/tcp_output.c).
        tailLossProbe: [3, 4].contains(sysctls["tcp_early_retrans"] ?? 3),
        rtoMin: .microseconds(sysctls["tcp_rto_min_us"] ?? 200_000),
        rtoMax: .milliseconds(sysctls["tcp_rto_max_ms"] ?? 120_000),
        synRetries: sysctls["tcp_syn_retries"] ?? 6,
        // Since Linux 6.5; before, every timeout doubles.
        synLinearTimeouts: sysctls["tcp_syn_linear_timeouts"] ?? 0))
  }

  /// K of jiffies = K + floor(CLOCK_MONOTONIC / tick), from /proc/timer_list; nil if that is not readable.
  ///
  /// The file's `jiffies:` is read shortly after its `now at`, so a tick may fall between; the smallest K is right.
  private static func jiffiesOffset(hz: Int) -> Int64? {
    let tick = 1_000_000_000 / Int64(hz)
    return (0..<5).compactMap { _ -> Int64? in
      guard let file = try? OwnedDescriptor.open("/proc/timer_list"), let bytes = try? file.readToEnd() else {
        return nil
      }
      let lines = String(decoding: bytes, as: UTF8.self).split(separator: "\n")
      guard let now = lines.first(where: { $0.hasPrefix("now at ") })?.split(separator: " ").dropFirst(2).first,
        let jiffies = lines.first(where: { $0.hasPrefix("jiffies: ") })?.split(separator: " ").last,
        let nowNanoseconds = Int64(now), let count = Int64(jiffies)
      else { return nil }
      return count - nowNanoseconds / tick
    }.min()
  }
}
