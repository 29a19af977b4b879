import LinuxNetwork
import Model

/// `nat-flush`: the router forgets all connections (conntrack -F), by one message to ctnetlink.
///
/// If the router does not adopt established connections (nf_conntrack_tcp_loose = 0), their next segments are invalid,
/// and it drops them at every hook.
public struct NATFlush: RunningFault {
  private let lab: Lab
  private let loose: Bool
  private let invalid: RouterTable
  private let forgotten = ForgottenConnections()

  public init(lab: Lab, loose: Bool) {
    self.lab = lab
    self.loose = loose
    let topology = lab.topology
    invalid = RouterTable(lab: lab) { Masquerade.dropInvalid(table: $0, topology) }
  }

  public var backend: String { "conntrack" }

  public func prepare() async throws {
    _ = try NATRouter(lab: lab)
    if !loose { try invalid.prepare() }
  }

  public func inject() async throws -> Moment {
    let router = try NATRouter(lab: lab)
    try router.adoptConnections(loose)
    if !loose { _ = try invalid.enforce() }
    let before = try router.connections()
    let moment = try Moment.measure { try router.netfilter.flushTrackedConnections() }
    forgotten.record(before: before, left: try router.connections())
    return moment
  }

  public func prove(patience _: Duration) async throws -> Proof {
    var checks = forgotten.checks { before, left in left.contains { $0.original == before.original } }
    guard !checks.isEmpty else { return Proof.checking([]) }
    if !loose {
      checks.append(("the router drops segments of unknown connections", try invalid.state()?.isDormant == false))
    }
    return Proof.checking(checks)
  }

  public func heal() async throws -> Moment {
    throw LabError("heal nat-flush", "the router cannot restore connections that it has forgotten")
  }

  static func effect(loose: Bool, on connection: ConnectionUnderTest) -> FaultEffect {
    guard connection.topology.path == .nat else { return .none }
    return loose
      ? connection.effectOfAdoptingRouter
      : .connectionLost(.silent(Silence(hostUnreachable: false, newConnections: .accepted)))
  }
}
