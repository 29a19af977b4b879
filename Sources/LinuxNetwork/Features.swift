import Glibc
import LinuxSystem

/// A facility of the kernel that Flatline uses, and that a kernel may lack or forbid.
public enum Feature: String, Sendable, Hashable, CaseIterable {
  case networkNamespaces = "network namespaces"
  case veth = "veth"
  case redirection = "clsact + u32 + mirred"
  case blackhole = "sch_blackhole"
  case tokenBucket = "sch_tbf"
  case netem = "sch_netem"
  case socketDiagnosis = "inet_diag"
  case nftables = "nftables"
  case nat = "nftables NAT"

  /// What cannot be done without it.
  public var disables: String {
    switch self {
    case .networkNamespaces, .veth, .redirection: "everything: no lab can be built"
    case .blackhole: "the fault blackhole"
    case .tokenBucket: "the impairment rate"
    case .netem: "the impairments delay, jitter and loss"
    case .socketDiagnosis: "every run: the state at t0, traffic and predictions come from it"
    case .nftables, .nat: "nothing yet: no fault of this version uses it"
    }
  }

  /// How to get it.
  public var remedy: String {
    switch self {
    case .networkNamespaces:
      "run as root, or allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, "
        + "kernel.apparmor_restrict_unprivileged_userns=0), and a kernel with CONFIG_NET_NS"
    case .veth: Self.module("veth", option: "CONFIG_VETH")
    case .redirection:
      Self.module("sch_ingress cls_u32 act_mirred", option: "CONFIG_NET_SCH_INGRESS, _CLS_U32 and _ACT_MIRRED")
    case .blackhole: "a kernel of 4.18 or later with CONFIG_NET_SCHED"
    case .tokenBucket: Self.module("sch_tbf", option: "CONFIG_NET_SCH_TBF")
    case .netem: Self.module("sch_netem", option: "CONFIG_NET_SCH_NETEM")
    case .socketDiagnosis: Self.module("tcp_diag", option: "CONFIG_INET_TCP_DIAG")
    case .nftables: Self.module("nf_tables", option: "CONFIG_NF_TABLES")
    case .nat: Self.module("nft_masq nft_chain_nat", option: "CONFIG_NFT_MASQ and CONFIG_NF_NAT")
    }
  }

  private static func module(_ names: String, option: String) -> String {
    "as root: modprobe -a \(names); if there is no such module, install the distribution's full kernel "
      + "(its extra modules; not a cloud or microVM kernel), or one built with \(option)"
  }
}

/// Which features this machine has; each one was tried in a namespace of its own.
public struct FeatureReport: Sendable {
  /// Why each missing feature is missing, in the kernel's words; available ones are absent.
  public let missing: [Feature: String]

  public func has(_ feature: Feature) -> Bool { missing[feature] == nil }

  /// Tries every feature. Takes a few milliseconds.
  public static func probe() -> FeatureReport {
    var missing: [Feature: String] = [:]
    do {
      missing = try DedicatedThread.runBlocking { try probeInNewNamespace() }
    } catch {
      for feature in Feature.allCases { missing[feature] = "\(error)" }
    }
    return FeatureReport(missing: missing)
  }

  private static func probeInNewNamespace() throws -> [Feature: String] {
    let namespace = try NetworkNamespace()
    let netlink = namespace.netlink
    var missing: [Feature: String] = [:]
    func attempt(_ feature: Feature, _ action: () throws -> Void) {
      do { try action() } catch { missing[feature] = "\(error)" }
    }
    let links: [Int32] = [11, 12]
    attempt(.veth) {
      try netlink.addVeth(
        main: VethEnd(name: "a", index: links[0], namespace: namespace),
        peer: VethEnd(name: "b", index: links[1], namespace: namespace))
    }
    attempt(.redirection) {
      try netlink.addIngressHook(link: links[0])
      try netlink.redirect(from: links[0], to: links[1])
    }
    for (feature, add) in [
      (.blackhole, { try netlink.addBlackholes(links: [links[0]]) }),
      (.netem, { try netlink.addNetem(NetemSettings(delay: 1000), link: links[0]) }),
      (.tokenBucket, { try netlink.addTokenBucket(rate: 1_000_000, link: links[0]) }),
    ] as [(Feature, () throws -> Void)] {
      attempt(feature) {
        try add()
        try netlink.removeRootQdiscs(links: [links[0]])
      }
    }
    attempt(.socketDiagnosis) { _ = try namespace.diagnosis.tcpConnections(family: AF_INET) }
    attempt(.nftables) { try Firewall.run("add table inet flatline") }
    attempt(.nat) {
      try Firewall.run(
        "add chain inet flatline postrouting { type nat hook postrouting priority 100; }; "
          + "add rule inet flatline postrouting masquerade")
    }
    return missing
  }
}
