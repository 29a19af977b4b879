import Glibc
import LinuxNetwork
import Model
import Synchronization

/// A complete firewall table in the router that stays dormant until a fault puts it in force by a single message.
final class RouterTable: Sendable {
  let name: String
  private let lab: Lab
  private let rules: @Sendable (String) -> String
  private let prepared = Mutex<Prepared?>(nil)

  private struct Prepared {
    /// The router that has the table. A rebooted router does not have it.
    weak var router: NetworkNamespace?
    let netfilter: NetlinkSocket
  }

  /// - Parameter rules: nft(8)'s commands that make the dormant table of the given name.
  init(lab: Lab, rules: @escaping @Sendable (String) -> String) {
    self.lab = lab
    self.rules = rules
    // A name of its own, since several faults of a kind may hold at once.
    name = "flatline_\(lab.nextDevice())"
  }

  /// Makes the table in the present router. Returns a netfilter socket there.
  @discardableResult
  func prepare() throws -> NetlinkSocket {
    let router = try lab.host(.router)
    if let ready = socket(in: router) { return ready }
    try router.changeFirewall(rules(name))
    let netfilter = try router.openNetlink(.netfilter)
    prepared.withLock { $0 = Prepared(router: router, netfilter: netfilter) }
    return netfilter
  }

  /// Puts it in force. This is fastest after `prepare`.
  func enforce() throws -> Moment {
    let netfilter = try prepare()
    return try Moment.measure { try netfilter.setFirewallTable(name, family: family, dormant: false) }
  }

  /// Makes it dormant again. A rebooted router no longer has it.
  func lift() throws -> Moment {
    guard lab.hasRouter, let netfilter = socket(in: try lab.host(.router)) else { return Moment.measure {} }
    return try Moment.measure { try netfilter.setFirewallTable(name, family: family, dormant: true) }
  }

  /// The kernel's report of it; nil if the present router does not have it.
  func state() throws -> FirewallTable? {
    guard lab.hasRouter, let netfilter = socket(in: try lab.host(.router)) else { return nil }
    return try netfilter.firewallTable(name, family: family)
  }

  private func socket(in router: NetworkNamespace) -> NetlinkSocket? {
    prepared.withLock { $0?.router === router ? $0?.netfilter : nil }
  }

  private var family: Int32 { lab.topology.family.number }
}

extension AddressFamily {
  /// AF_INET or AF_INET6.
  var number: Int32 { self == .ipv4 ? AF_INET : AF_INET6 }
}
