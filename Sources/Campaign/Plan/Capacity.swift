import LinuxNetwork
import LinuxSystem

/// How many measurements this machine can run at a time.
public struct Capacity: Sendable, Hashable {
  /// More would fail.
  public let limit: Int
  /// Why not even one is possible, with the remedy; nil if one is.
  public let shortage: String?
  /// A run's default number of measurements at a time: at most 100.
  public var standard: Int { min(100, limit) }

  /// What one measurement needs. A lab of five namespaces holds about 25 descriptors with its endpoints' pipes; its
  /// hosts fill six entries of the ARP table, whose limit all namespaces share (gc_thresh3, net/core/neighbour.c); each
  /// of its three endpoints is a process of at most two threads, and has a thread of the runner's.
  private static let each = (descriptors: 40, neighbours: 8, processes: 10)
  /// What the runner itself needs.
  private static let runner = (descriptors: 24, processes: 24)

  /// - Parameter processes: how many more processes and threads there may be; nil for any number.
  init(descriptors: Int, neighbours: Int, processes: Int?) {
    var shortages: [String] = []
    if descriptors < Self.each.descriptors + Self.runner.descriptors {
      shortages.append(
        "\(descriptors) open descriptors, and one measurement takes \(Self.each.descriptors + Self.runner.descriptors)\n"
          + "  remedy: ulimit -n 1024, or more")
    }
    let spare = processes.map { max(0, $0 - Self.runner.processes) }
    if let processes, let spare, spare < Self.each.processes {
      shortages.append(
        "\(processes) more processes and threads, and one measurement takes "
          + "\(Self.each.processes + Self.runner.processes)\n"
          + "  remedy: raise the user's limit (RLIMIT_NPROC, ulimit -u), or end other processes")
    }
    shortage = shortages.isEmpty ? nil : "this user may have " + shortages.joined(separator: "\nand ")
    let limits = [
      descriptors / Self.each.descriptors, neighbours / Self.each.neighbours, spare.map { $0 / Self.each.processes },
    ]
    limit = max(1, limits.compactMap { $0 }.min() ?? 1)
  }

  /// The smallest number that descriptors, processes and the neighbour table allow.
  public static func ofThisMachine() -> Capacity {
    Capacity(
      descriptors: (try? CurrentProcess.raiseDescriptorLimit()) ?? 1024,
      neighbours: Sysctl.read("net/ipv4/neigh/default/gc_thresh3").flatMap { Int($0) } ?? 1024,
      processes: ThreadSupply.left())
  }
}
