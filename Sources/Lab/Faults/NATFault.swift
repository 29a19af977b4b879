import Glibc
import LinuxNetwork
import Model
import Synchronization

/// What the NAT faults share: the router's connection tracking, and what it knew before.
struct NATRouter: Sendable {
  let lab: Lab
  /// In the router that there is now.
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

  /// Whether it adopts connections midway (nf_conntrack_tcp_loose), or finds their segments invalid.
  func adoptConnections(_ adopts: Bool) throws {
    try namespace.write([Sysctl(Self.looseSetting, adopts ? "1" : "0")])
  }
}

/// Which tracked connections there were before an injection, and which were left right after it.
final class ForgottenConnections: Sendable {
  private let state = Mutex<(before: [TrackedConnection], left: [TrackedConnection])?>(nil)

  func record(before: [TrackedConnection], left: [TrackedConnection]) {
    state.withLock { $0 = (before, left) }
  }

  /// Whether those that were there are gone: `isLeft` tells whether one still is.
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
  /// A router that has forgotten the connection adopts it with the client's next segment; one of the server's does not
  /// pass before that.
  var effectOfAdoptingRouter: FaultEffect {
    quietTime == nil || clientSpeaks ? .none : .pathBroken(hostUnreachable: false)
  }
}
