import LinuxNetwork
import LinuxSystem

/// How many measurements this machine takes at a time.
public struct Capacity: Sendable, Hashable {
  /// More would fail.
  public let limit: Int
  /// What a run takes if it is not told otherwise: at most 100.
  public var standard: Int { min(100, limit) }

  /// The lesser of what descriptors and the neighbour table allow.
  ///
  /// A lab of five namespaces holds about 25 descriptors with its endpoints' pipes, and its hosts fill six entries of
  /// the ARP table, whose limit all namespaces share (gc_thresh3, net/core/neighbour.c).
  public static func ofThisMachine() -> Capacity {
    let descriptors = (try? CurrentProcess.raiseDescriptorLimit()) ?? 1024
    let neighbours = Sysctl.read("net/ipv4/neigh/default/gc_thresh3").flatMap { Int($0) } ?? 1024
    return Capacity(limit: max(1, min(descriptors / 40, neighbours / 8)))
  }
}
