import Lab
import LinuxSystem
import Model
import Subprocess

/// Building a routed lab with backup, beside ip(8) and tc(8) building the same.
enum LabBenchmark {
  static func run() async throws {
    let topology = Topology(backup: true)
    var ours: [Double] = []
    var script: [Double] = []
    var batch: [Double] = []
    // Interleaved, so that all meet the same machine.
    for _ in 0..<10 {
      for _ in 0..<5 { ours.append(try await Benchmarks.timed { _ = try await Lab.build(topology) }) }
      batch.append(try await IPScript.build(batch: true))
      script.append(try await IPScript.build(batch: false))
    }
    let own = Benchmarks.median(ours)
    Benchmarks.report("build a routed lab with backup, median of 50", Benchmarks.milliseconds(own), target: "<= 8 ms")
    Benchmarks.report(
      "  the same by an ip/tc script",
      "\(Benchmarks.milliseconds(Benchmarks.median(script)))"
        + ", \(Benchmarks.ratio(Benchmarks.median(script) / own)) as long", target: ">= 15x")
    Benchmarks.report(
      "  the same by ip/tc -batch",
      "\(Benchmarks.milliseconds(Benchmarks.median(batch)))"
        + ", \(Benchmarks.ratio(Benchmarks.median(batch) / own)) as long", target: ">= 6x")
    // The kernel destroys the ones above in the background, holding the same lock.
    try await Task.sleep(for: .seconds(3))
    let many = try await Benchmarks.timed {
      let labs = try await DedicatedThread.run { try (0..<500).map { _ in try Lab(topology) } }
      withExtendedLifetime(labs) {}
    }
    Benchmarks.report("build 500 of them", "\((many * 100).rounded() / 100) s", target: "<= 4 s")
  }
}

/// The same topology by Debian's iproute2, in named namespaces that are removed again.
enum IPScript {
  /// Builds and removes it; returns the seconds that building took.
  static func build(batch: Bool) async throws -> Double {
    let hosts = ["client", "router", "server", "backup", "wiring"].map { "flatline-bench-\($0)" }
    let text = batch ? batched(hosts) : commands(hosts).joined(separator: "\n")
    let removal = hosts.map { "ip netns del \($0)" }.joined(separator: "; ")
    do {
      let seconds = try await Benchmarks.timed { try await shell("set -e\n\(text)") }
      try await shell(removal)
      return seconds
    } catch {
      _ = try? await shell(removal)
      throw error
    }
  }

  private static func shell(_ text: String) async throws {
    let result = try await Subprocess.run(
      .name("sh"), arguments: ["-c", text], output: .discarded, error: .string(limit: 4096))
    guard case .exited(0) = result.terminationStatus else { throw BenchmarkFailure(result.standardError) }
  }

  private static func cables(_ hosts: [String]) -> [(near: String, far: String, subnet: Int)] {
    [(hosts[0], hosts[1], 1), (hosts[1], hosts[2], 2), (hosts[1], hosts[3], 3)]
  }

  private static func commands(_ hosts: [String]) -> [String] {
    var lines = hosts.map { "ip netns add \($0)" }
    let wiring = hosts[4]
    for (near, far, subnet) in cables(hosts) {
      for (host, side) in [(near, 1), (far, 2)] {
        let (device, port) = ("e\(subnet)", "p\(subnet)\(side)")
        lines += [
          "ip link add \(device) netns \(host) type veth peer name \(port) netns \(wiring)",
          "ip -n \(host) addr add 10.0.\(subnet).\(side)/24 dev \(device)", "ip -n \(host) link set \(device) up",
          "ip -n \(wiring) link set \(port) up", "tc -n \(wiring) qdisc add dev \(port) clsact",
        ]
      }
      for (from, to) in [(1, 2), (2, 1)] {
        lines.append(
          "tc -n \(wiring) filter add dev p\(subnet)\(from) ingress u32 match u32 0 0 "
            + "action mirred egress redirect dev p\(subnet)\(to)")
      }
    }
    lines += [
      "ip -n \(hosts[0]) route add default via 10.0.1.2", "ip -n \(hosts[2]) route add default via 10.0.2.1",
      "ip -n \(hosts[3]) route add default via 10.0.3.1",
      "ip netns exec \(hosts[1]) sh -c 'echo 1 > /proc/sys/net/ipv4/ip_forward'",
    ]
    return lines
  }

  /// One `ip -batch` and one `tc -batch` per namespace: the fewest processes that iproute2 allows.
  private static func batched(_ hosts: [String]) -> String {
    let lines = commands(hosts)
    var text = "ip -batch - <<END\n"
    text += lines.filter { !$0.contains(" -n ") && !$0.contains("exec") }.map { String($0.dropFirst(3)) }
      .joined(separator: "\n")
    text += "\nEND\n"
    for host in hosts {
      for tool in ["ip", "tc"] {
        let own = lines.filter { $0.hasPrefix("\(tool) -n \(host) ") }
        if own.isEmpty { continue }
        let body = own.map { String($0.dropFirst("\(tool) -n \(host) ".count)) }.joined(separator: "\n")
        text += "\(tool) -n \(host) -batch - <<END\n\(body)\nEND\n"
      }
    }
    return text + lines.filter { $0.contains("exec") }.joined(separator: "\n")
  }
}

struct BenchmarkFailure: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
