import Glibc
import LinuxSystem

/// Which features this machine has; each one was tested in a namespace of its own.
public struct FeatureReport: Sendable {
  /// The kernel's reason for each missing feature; available features have no entry.
  public let missing: [Feature: String]
  /// The kernel's message if a resource (threads, descriptors) ran out while features were tested: then the available
  /// features are not known. Usually nil.
  public let shortage: String?

  public init(missing: [Feature: String], shortage: String? = nil) {
    self.missing = missing
    self.shortage = shortage
  }

  public func has(_ feature: Feature) -> Bool { shortage == nil && missing[feature] == nil }

  /// Tests every feature. Takes a few milliseconds.
  public static func probe() -> FeatureReport {
    do {
      return FeatureReport(missing: try DedicatedThread.runBlocking { try probeInNewNamespace() })
    } catch {
      if isShortage(error) { return FeatureReport(missing: [:], shortage: "\(error)") }
      return FeatureReport(missing: Dictionary(uniqueKeysWithValues: Feature.allCases.map { ($0, "\(error)") }))
    }
  }

  /// Whether an error says nothing about the tested feature.
  private static func isShortage(_ error: any Error) -> Bool {
    switch error {
    case let error as SystemError: error.errno.isShortage
    case let error as NetlinkError: error.errno.isShortage
    default: false
    }
  }

  private static func probeInNewNamespace() throws -> [Feature: String] {
    let namespace = try NetworkNamespace()
    let netlink = namespace.netlink
    var missing: [Feature: String] = [:]
    var shortage: (any Error)?
    func attempt(_ feature: Feature, _ action: () throws -> Void) {
      do {
        try action()
      } catch {
        if isShortage(error) { shortage = shortage ?? error }
        missing[feature] = "\(error)"
      }
    }
    let links: [Int32] = [11, 12]
    attempt(.veth) {
      try netlink.addVeth(
        main: VethEnd(name: "a", index: links[0], namespace: namespace),
        peer: VethEnd(name: "b", index: links[1], namespace: namespace))
    }
    attempt(.redirection) {
      try netlink.join(links[0], links[1], fresh: links)
    }
    attempt(.socketDiagnosis) { _ = try namespace.diagnosis.tcpConnections(family: AF_INET) }
    for (feature, root) in [
      (.blackhole, .blackhole), (.tokenBucket, .tokenBucket(rate: 1_000_000)), (.netem, .netem(NetemSettings())),
    ] as [(Feature, RootDiscipline)] {
      attempt(feature) {
        try netlink.setRoot(root, link: links[0])
        try netlink.setRoot(.standard, replacing: root, link: links[0])
      }
    }
    attempt(.ipv6) {
      try netlink.addAddress(
        IPAddress(bytes: [0xfd] + Array(repeating: 0, count: 14) + [1]), prefix: 64, toLink: links[0])
    }
    attempt(.ipv6Forwarding) { try Sysctl("net/ipv6/conf/all/forwarding", "1").write() }
    attempt(.retries2) {
      try Sysctl("net/ipv4/tcp_retries2", Sysctl.read("net/ipv4/tcp_retries2") ?? "15").write()
    }
    attempt(.rtoMax) {
      guard let value = Sysctl.read("net/ipv4/tcp_rto_max_ms") else {
        throw SystemError("read net/ipv4/tcp_rto_max_ms", .notFound)
      }
      try Sysctl("net/ipv4/tcp_rto_max_ms", value).write()
    }
    attempt(.cpuCgroup) { try CPUControlGroup.probe() }
    probeFirewall(in: namespace, attempt)
    if let shortage { throw shortage }
    return missing
  }

  private static func probeFirewall(in namespace: NetworkNamespace, _ attempt: (Feature, () throws -> Void) -> Void) {
    func run(_ commands: String) throws { try namespace.changeFirewall(commands) }
    attempt(.nftables) {
      try run(
        "add table ip t; add counter ip t seen; add chain ip t c { type filter hook forward priority 0; }; "
          + "add rule ip t c counter name seen drop; delete table ip t")
    }
    attempt(.reject) {
      for (family, reason) in [("ip", "icmp type host-unreachable"), ("ip6", "icmpv6 type no-route")] {
        try run(
          "add table \(family) r; add chain \(family) r c { type filter hook forward priority 0; }; "
            + "add rule \(family) r c reject with \(reason); delete table \(family) r")
      }
    }
    for (feature, family) in [(Feature.nat, "ip"), (.natIPv6, "ip6")] {
      attempt(feature) {
        try run(
          "add table \(family) n; add chain \(family) n c { type nat hook postrouting priority 100; }; "
            + "add rule \(family) n c masquerade; delete table \(family) n")
      }
    }
    attempt(.conntrack) {
      try run(
        "add table ip t; add chain ip t c { type filter hook forward priority 0; }; "
          + "add rule ip t c ct state invalid drop; delete table ip t")
      let netfilter = try NetlinkSocket(.netfilter)
      _ = try netfilter.trackedConnections(family: AF_INET)
      try netfilter.flushTrackedConnections()
      guard let loose = Sysctl.read("net/netfilter/nf_conntrack_tcp_loose") else {
        throw SystemError("read net/netfilter/nf_conntrack_tcp_loose", .notFound)
      }
      try Sysctl("net/netfilter/nf_conntrack_tcp_loose", loose).write()
    }
  }
}
