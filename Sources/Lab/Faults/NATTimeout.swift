import LinuxNetwork
import LinuxSystem
import Model
import Synchronization

/// `nat-timeout`: the router forgets a connection without traffic for that time, and drops its later segments.
///
/// nf_conntrack_tcp_timeout_established counts from a connection's next segment; for connections that are tracked
/// already, ctnetlink sets the time that is left, counted from their last segment. The kernel takes whole seconds, so
/// the first expiry may come up to a second late.
///
/// The heal restores the timeout. A forgotten connection stays forgotten: the router still adopts none.
public final class NATTimeout: RunningFault {
  private let lab: Lab
  private let seconds: Int64
  private let after: Duration
  private let invalid: RouterTable
  private let former = Mutex<String?>(nil)

  /// - Parameter after: whole seconds, as the kernel counts them.
  public init(lab: Lab, after: Duration) throws(LabError) {
    guard after >= .seconds(1), after == .seconds(after.components.seconds) else {
      throw LabError("nat-timeout", "after=\(after.spelled): the kernel counts whole seconds, at least one")
    }
    self.lab = lab
    self.after = after
    seconds = after.components.seconds
    let topology = lab.topology
    invalid = RouterTable(lab: lab) { Masquerade.dropInvalid(table: $0, topology) }
  }

  public var backend: String { "conntrack" }

  public func prepare() async throws {
    _ = try NATRouter(lab: lab)
    try invalid.prepare()
  }

  public func inject() async throws -> Moment {
    let router = try NATRouter(lab: lab)
    if former.withLock({ $0 == nil }) {
      let value = try router.namespace.sysctl(NATRouter.establishedTimeout)
      former.withLock { $0 = value }
    }
    try router.adoptConnections(false)
    _ = try invalid.enforce()
    try router.namespace.write([Sysctl(NATRouter.establishedTimeout, "\(seconds)")])
    let family = lab.topology.family.number
    let changes = try expiries(of: router.connections())
    return try Moment.measure { try router.netfilter.changeTracking(changes, family: family) }
  }

  public func prove(patience _: Duration) async throws -> Proof {
    guard former.withLock({ $0 != nil }), lab.hasRouter else { return Proof.checking([]) }
    let router = try NATRouter(lab: lab)
    let timeout = try router.namespace.sysctl(NATRouter.establishedTimeout)
    // Closed connections, from checks by connecting, have other timeouts.
    let live = Set(
      try lab.host(.client).diagnosis.tcpConnections(family: lab.topology.family.number).map(\.localPort))
    let left = try router.connections().filter { live.contains($0.original.sourcePort) }.map(\.secondsLeft)
    return Proof.checking([
      ("the router's timeout is \(seconds) s", timeout == "\(seconds)"),
      ("it adopts no connection", try router.namespace.sysctl(NATRouter.looseSetting) == "0"),
      ("it drops segments of unknown connections", try invalid.state()?.isDormant == false),
      ("its \(left.count) TCP connections expire by then", left.allSatisfy { Int64($0) <= seconds }),
    ])
  }

  public func heal() async throws -> Moment {
    guard lab.hasRouter, let value = former.withLock({ $0 }) else { return Moment.measure {} }
    let router = try lab.host(.router)
    return try Moment.measure { try router.write([Sysctl(NATRouter.establishedTimeout, value)]) }
  }

  /// A connection with more frequent traffic is not affected.
  static func effect(after: Duration, on connection: ConnectionUnderTest) -> FaultEffect {
    guard connection.topology.path == .nat else { return .none }
    if let quiet = connection.longestQuietTime, quiet < after { return .none }
    if let quiet = connection.quietTime, quiet < after { return .connectionLost(.silentOnceQuiet(for: after)) }
    return .connectionLost(.silent(Silence(hostUnreachable: false, newConnections: .accepted)))
  }

  /// The time left to each tracked connection, computed from when its client last received something.
  private func expiries(
    of tracked: [TrackedConnection]
  ) throws -> [(connection: TrackedConnection, change: NetlinkSocket.TrackingChange)] {
    let sockets = try lab.host(.client).diagnosis.tcpConnections(family: lab.topology.family.number)
    return tracked.map { connection in
      let heard = sockets.first { $0.localPort == connection.original.sourcePort }
        .map { min($0.tcp.lastDataReceivedMilliseconds, $0.tcp.lastAckReceivedMilliseconds) }
      let left = Int(seconds * 1000) - (heard ?? 0)
      return (connection, left > 0 ? .expire(seconds: UInt32(clamping: (left + 999) / 1000)) : .forget)
    }
  }
}
