import Glibc
import LinuxNetwork
import Model
import Synchronization

/// The common part of the NAT faults: the router's connection tracking, and the connections that it tracked before.
struct NATRouter: Sendable {
  let lab: Lab
  /// In the present router.
  let namespace: NetworkNamespace
  let netfilter: NetlinkSocket

  static let looseSetting = "net/netfilter/nf_conntrack_tcp_loose"
  static let establishedTimeout = "net/netfilter/nf_conntrack_tcp_timeout_established"

  init(lab: Lab) throws {
    guard lab.topology.path == .nat else {
      throw LabError("find the NAT router", "the \(lab.topology.path.rawValue) path has none")
    }
    self.lab = lab
    namespace = try lab.host(.router)
    netfilter = try namespace.openNetlink(.netfilter)
  }

  /// The TCP connections that it tracks.
  func connections() throws -> [TrackedConnection] {
    try netfilter.trackedConnections(family: lab.topology.family.number)
      .filter { $0.original.transport == UInt8(IPPROTO_TCP) }
  }

  /// Whether it adopts established connections (nf_conntrack_tcp_loose), or treats their segments as invalid.
  func adoptConnections(_ adopts: Bool) throws {
    try namespace.write([Sysctl(Self.looseSetting, adopts ? "1" : "0")])
  }
}

/// The tracked connections before an injection, and those that were left right after it.
final class ForgottenConnections: Sendable {
  private let state = Mutex<(before: [TrackedConnection], left: [TrackedConnection])?>(nil)

  func record(before: [TrackedConnection], left: [TrackedConnection]) {
    state.withLock { $0 = (before, left) }
  }

  /// Whether the earlier connections are gone: `isLeft` tells whether one is still tracked.
  func checks(
    _ isLeft: (TrackedConnection, _ now: [TrackedConnection]) -> Bool
  ) -> [(expected: String, seen: Bool)] {
    guard let (before, left) = state.withLock({ $0 }) else { return [] }
    return [
      ("the router tracked \(before.count) TCP connections", !before.isEmpty),
      ("it has forgotten them", !before.contains { isLeft($0, left) }),
    ]
  }
}

extension ConnectionUnderTest {
  /// A router that has forgotten the connection adopts it with the client's next segment; before that, the server's
  /// segments do not pass.
  var effectOfAdoptingRouter: FaultEffect {
    quietTime == nil || clientSpeaks ? .none : .pathBroken(hostUnreachable: false)
  }
}
