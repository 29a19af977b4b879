import LinuxNetwork
import LinuxSystem
import Model

/// `nat-rebind`: the router forgets the connections and maps their later segments to other source ports, like a router
/// that was restarted, or whose mapping was reassigned.
///
/// The server's kernel gets a segment of an unknown connection, and answers with RST.
public final class NATRebind: RunningFault {
  private let lab: Lab
  private let forgotten = ForgottenConnections()

  public init(lab: Lab) {
    self.lab = lab
  }

  public var backend: String { "conntrack" }

  public func prepare() async throws { _ = try NATRouter(lab: lab) }

  public func inject() async throws -> Moment {
    let router = try NATRouter(lab: lab)
    // The new rules map only connections that the router sees for the first time from now on.
    try router.namespace.changeFirewall(Masquerade.rebinding(lab.topology))
    try router.adoptConnections(true)
    let before = try router.connections()
    let moment = try Moment.measure { try router.netfilter.flushTrackedConnections() }
    forgotten.record(before: before, left: try router.connections())
    return moment
  }

  public func prove(patience _: Duration) async throws -> Proof {
    // A connection with traffic since then is mapped already, and must not have its former port.
    let now = lab.hasRouter ? try NATRouter(lab: lab).connections() : []
    return Proof.checking(
      forgotten.checks { before, left in (left + now).contains { $0.reply == before.reply } })
  }

  public func heal() async throws -> Moment {
    throw LabError("heal nat-rebind", "the former mapping is forgotten")
  }

  /// The server hears nothing more from the old connection, and the router drops what it sends to the old port.
  static func effect(on connection: ConnectionUnderTest) -> FaultEffect {
    guard connection.topology.path == .nat else { return .none }
    switch connection.observer {
    case .client: return .connectionLost(.whenSpokenTo)
    case .server: return .connectionLost(.silent(Silence(hostUnreachable: false, newConnections: .accepted)))
    }
  }
}
