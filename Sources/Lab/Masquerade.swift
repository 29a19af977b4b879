import LinuxNetwork
import Model

/// The rules that make a router a NAT router: it masquerades packets that leave by the servers' cables, and silently
/// drops unsolicited packets that come in there, as such routers do (RFC 7857, section 5; RFC 6092, section 3.2).
enum Masquerade {
  /// The name in nft(8) of a family's tables.
  static func family(_ topology: Topology) -> String { topology.family == .ipv4 ? "ip" : "ip6" }

  /// The rules of a freshly booted router.
  static func rules(_ topology: Topology) -> String {
    let table = "\(family(topology)) flatline_nat"
    return """
      add table \(table)
      add chain \(table) postrouting { type nat hook postrouting priority srcnat; }
      add rule \(table) postrouting oifname { "eth-server", "eth-backup" } masquerade
      add chain \(table) input { type filter hook input priority filter; }
      add rule \(table) input iifname { "eth-server", "eth-backup" } meta l4proto { tcp, udp } drop
      """
  }

  /// Maps connections that appear from now on to source ports that no client picks by itself
  /// (net.ipv4.ip_local_port_range ends at 60999).
  static func rebinding(_ topology: Topology) -> String {
    let table = "\(family(topology)) flatline_nat"
    return """
      flush chain \(table) postrouting
      add rule \(table) postrouting oifname { "eth-server", "eth-backup" } meta l4proto tcp masquerade to :61000-65535
      add rule \(table) postrouting oifname { "eth-server", "eth-backup" } masquerade
      """
  }

  /// Drops, at every hook, packets that belong to no known connection: nothing is forwarded with the client's own
  /// address, and the router's own TCP does not answer with RST.
  static func dropInvalid(table: String, _ topology: Topology) -> String {
    let table = "\(family(topology)) \(table)"
    return """
      add table \(table) { flags dormant; }
      add counter \(table) invalid
      add chain \(table) forward { type filter hook forward priority filter; }
      add rule \(table) forward ct state invalid counter name "invalid" drop
      add chain \(table) input { type filter hook input priority filter; }
      add rule \(table) input ct state invalid counter name "invalid" drop
      add chain \(table) output { type filter hook output priority filter; }
      add rule \(table) output ct state invalid counter name "invalid" drop
      """
  }
}
