import Glibc
import LinuxNetwork
import Model
import Synchronization

/// A firewall table in the router that waits, complete, until a fault puts it in force by a single message.
final class RouterTable: Sendable {
  let name: String
  private let lab: Lab
  private let rules: @Sendable (String) -> String
  private let prepared = Mutex<Prepared?>(nil)

  private struct Prepared {
    /// The router that has the table. One that was booted anew has not.
    weak var router: NetworkNamespace?
    let netfilter: NetlinkSocket
  }

  /// - Parameter rules: nft(8)'s commands that make the dormant table of the given name.
  init(lab: Lab, rules: @escaping @Sendable (String) -> String) {
    self.lab = lab
    self.rules = rules
    // A name of its own, for several faults of a kind may hold at once.
    name = "flatline_\(lab.nextDevice())"
  }

  /// Makes the table in the router that there is now. Returns a netfilter socket there.
  @discardableResult
  func prepare() throws -> NetlinkSocket {
    let router = try lab.host(.router)
    if let ready = socket(in: router) { return ready }
    try router.changeFirewall(rules(name))
    let netfilter = try router.openNetlink(.netfilter)
    prepared.withLock { $0 = Prepared(router: router, netfilter: netfilter) }
    return netfilter
  }

  /// Puts it in force. Only after `prepare` is it as quick as can be.
  func enforce() throws -> Moment {
    let netfilter = try prepare()
    return try Moment.measure { try netfilter.setFirewallTable(name, family: family, dormant: false) }
  }

  /// Puts it out of force. A router that was booted anew has forgotten it already.
  func lift() throws -> Moment {
    guard lab.hasRouter, let netfilter = socket(in: try lab.host(.router)) else { return Moment.measure {} }
    return try Moment.measure { try netfilter.setFirewallTable(name, family: family, dormant: true) }
  }

  /// What the kernel says of it; nil if the router there is now does not have it.
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
