import LinuxNetwork
import Model

/// The common part of `firewall-drop` and `firewall-reject`: a firewall in the router that refuses the packets that it
/// should forward.
///
/// The proof is passive: the table is in force, and its counter shows how many packets it has refused. A count of zero
/// does not contradict the fault.
struct FirewallFault: Sendable {
  private let table: RouterTable

  /// - Parameter verdicts: the rules of the forward chain, which count in `refused`.
  init(lab: Lab, verdicts: [String]) {
    let family = Masquerade.family(lab.topology)
    table = RouterTable(lab: lab) { name in
      """
      add table \(family) \(name) { flags dormant; }
      add counter \(family) \(name) refused
      add chain \(family) \(name) forward { type filter hook forward priority filter; }

      """ + verdicts.map { "add rule \(family) \(name) forward \($0)\n" }.joined()
    }
  }

  func prepare() throws { try table.prepare() }

  func inject() throws -> Moment { try table.enforce() }

  func prove() throws -> Proof {
    let state = try table.state()
    let packets = state?.counters["refused"]
    return Proof.checking([
      ("the router's table \(table.name) is in force", state?.isDormant == false),
      ("its counter counts (\(packets ?? 0) packets refused)", packets != nil),
    ])
  }

  func heal() throws -> Moment { try table.lift() }
}
