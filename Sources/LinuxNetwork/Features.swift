/// A facility of the kernel that Flatline uses, and that a kernel may lack or forbid.
public enum Feature: String, Sendable, Hashable, CaseIterable {
  case networkNamespaces = "network namespaces"
  case veth = "veth"
  case redirection = "clsact + u32 + mirred"
  case socketDiagnosis = "inet_diag"
  case ipv6 = "IPv6"
  case ipv6Forwarding = "IPv6 forwarding"
  case blackhole = "sch_blackhole"
  case tokenBucket = "sch_tbf"
  case netem = "sch_netem"
  case nftables = "nftables"
  case reject = "nftables reject"
  case nat = "nftables NAT"
  case natIPv6 = "nftables NAT for IPv6"
  case conntrack = "connection tracking by netlink"
  case retries2 = "tcp_retries2"
  case rtoMax = "tcp_rto_max_ms"
  case cpuCgroup = "cpu cgroup"

  /// What is not possible without it.
  public var disables: String {
    switch self {
    case .networkNamespaces, .veth, .redirection: "everything: no lab can be built"
    case .socketDiagnosis: "every run: the state at t0, traffic and predictions come from it"
    case .ipv6: "the family ipv6"
    case .ipv6Forwarding: "the family ipv6 on the paths routed and nat"
    case .blackhole: "the fault blackhole"
    case .tokenBucket: "impairments that are a bare rate"
    case .netem: "impairments other than a bare rate: delay, loss, duplicate, reorder, corrupt"
    case .nftables: "the path nat, and the faults firewall-drop and firewall-reject"
    case .reject: "the fault firewall-reject"
    case .nat: "the path nat"
    case .natIPv6: "the path nat with the family ipv6"
    case .conntrack: "the faults nat-flush, nat-timeout and nat-rebind"
    case .retries2: "the mechanism retransmission with retries2"
    case .rtoMax: "the mechanism retransmission with rtoMax"
    case .cpuCgroup: "the fault cpu-saturation with mode starved"
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
    case .socketDiagnosis: Self.module("tcp_diag", option: "CONFIG_INET_TCP_DIAG")
    case .ipv6: "boot without ipv6.disable=1, with a kernel with CONFIG_IPV6; or use family: ipv4"
    case .ipv6Forwarding:
      "let /proc/sys be written (a container: docker run --privileged, or --security-opt systempaths=unconfined); "
        + "or use path: direct"
    case .blackhole: "a kernel of 4.18 or later with CONFIG_NET_SCHED"
    case .tokenBucket: Self.module("sch_tbf", option: "CONFIG_NET_SCH_TBF")
    case .netem: Self.module("sch_netem", option: "CONFIG_NET_SCH_NETEM")
    case .nftables: Self.module("nf_tables", option: "CONFIG_NF_TABLES")
    case .reject: Self.module("nft_reject", option: "CONFIG_NFT_REJECT, CONFIG_NFT_REJECT_IPV4 and _IPV6")
    case .nat: Self.module("nft_masq nft_chain_nat", option: "CONFIG_NFT_MASQ and CONFIG_NF_NAT")
    case .natIPv6:
      Self.module("nft_masq nft_chain_nat", option: "CONFIG_NFT_MASQ, CONFIG_NF_NAT and CONFIG_NF_TABLES_IPV6")
    case .conntrack:
      Self.module("nf_conntrack_netlink", option: "CONFIG_NF_CT_NETLINK") + "; and let /proc/sys be written"
    case .retries2:
      "let /proc/sys be written (a container: docker run --privileged, or --security-opt systempaths=unconfined)"
    case .rtoMax: "a kernel of 6.15 or later, whose /proc/sys may be written"
    case .cpuCgroup:
      "run as root with the cpu controller (cgroup v2: echo +cpu > /sys/fs/cgroup/cgroup.subtree_control; "
        + "a container: docker run --privileged), and a kernel with CONFIG_CFS_BANDWIDTH"
    }
  }

  private static func module(_ names: String, option: String) -> String {
    "as root: modprobe -a \(names); if there is no such module, install the distribution's full kernel "
      + "(its extra modules; not a cloud or microVM kernel), or one built with \(option)"
  }
}
