import LinuxNetwork
import LinuxSystem
import Model
import Synchronization

/// One private network, built for one measurement and gone with its last reference.
///
/// ```
/// client ==client== router ==server== server      path: routed
///                       \==backup== backup
///
/// client ==server== server                        path: direct
///       \==backup== backup
/// ```
/// Every cable's two ports live in a wiring namespace of the lab's own, each port's ingress redirected to the other.
public final class Lab: Sendable {
  public let topology: Topology
  public let addresses: AddressPlan
  public let wiring: NetworkNamespace
  private let state: Mutex<State>

  private struct State {
    var hosts: [HostName: NetworkNamespace] = [:]
    var cables: [CableName: Cable] = [:]
    /// Names and indexes are never used twice: a destroyed device lingers while the kernel cleans up behind it.
    var devicesMade: Int32 = 0
  }

  /// Builds the lab. Creates namespaces, which moves the CALLING THREAD: only for a thread of your own.
  public init(_ topology: Topology) throws {
    self.topology = topology
    addresses = AddressPlan(family: topology.family)
    var hosts: [HostName: NetworkNamespace] = [:]
    for host in topology.hosts { hosts[host] = try NetworkNamespace(sysctls: Self.pinned(in: host)) }
    wiring = try NetworkNamespace()
    state = Mutex(State(hosts: hosts))
    for host in hosts.values { try host.netlink.setUp(true, [Self.loopback]) }
    for cable in topology.cables { try lay(cable) }
    try setPorts(up: true, of: topology.cables)
    try waitUntilOperational()
  }

  /// The same, from Swift concurrency.
  public static func build(_ topology: Topology) async throws -> Lab {
    try await DedicatedThread.run { try Lab(topology) }
  }

  /// The namespace of a host that the topology has.
  public func host(_ name: HostName) throws(LabError) -> NetworkNamespace {
    guard let host = state.withLock({ $0.hosts[name] }) else {
      throw LabError("find host \(name.rawValue)", "there is none now on the \(topology.path.rawValue) path")
    }
    return host
  }

  public func cable(_ name: CableName) throws(LabError) -> Cable {
    guard let cable = state.withLock({ $0.cables[name] }) else {
      throw LabError("find cable \(name.rawValue)", "the \(topology.path.rawValue) path has none")
    }
    return cable
  }

  /// The address at which a server is reached by clients.
  public func serviceAddress(of host: HostName) -> IPAddress {
    addresses.address(on: host == .backup ? .backup : .server, .far)
  }

  // MARK: - Cables

  /// Plugs or unplugs both ends of cables at once.
  func setPorts(up: Bool, of cables: [CableName]) throws {
    try wiring.netlink.setUp(up, try cables.flatMap { try cable($0).ports })
  }

  private func lay(_ name: CableName) throws {
    let hosts = Cable.hosts(of: name, path: topology.path)
    let cable = Cable(
      name: name, near: try addEnd(of: name, .near, host: hosts.near), far: try addEnd(of: name, .far, host: hosts.far))
    state.withLock { $0.cables[name] = cable }
    for end in cable.ends { try preparePort(end.port, of: name) }
    try wiring.netlink.redirect(from: cable.near.port.index, to: cable.far.port.index)
    try wiring.netlink.redirect(from: cable.far.port.index, to: cable.near.port.index)
  }

  /// Gives `host` an interface with address and route, whose other end is a port in the wiring namespace, still down.
  private func addEnd(of cable: CableName, _ side: AddressPlan.End, host name: HostName) throws -> CableEnd {
    let host = try host(name)
    let number = state.withLock { state in
      state.devicesMade += 1
      return state.devicesMade
    }
    let interface = Device(index: 1 + number, name: "eth-\(cable.rawValue)")
    let port = Device(index: 100 + number, name: "\(cable.rawValue).\(number)")
    try host.netlink.addVeth(
      main: VethEnd(
        name: interface.name, index: interface.index, namespace: host, macAddress: Self.macAddress(cable, side)),
      peer: VethEnd(name: port.name, index: port.index, namespace: wiring))
    try host.netlink.configure(link: interface.index, forwarding: name == .router)
    try host.netlink.addAddress(
      addresses.address(on: cable, side), prefix: addresses.prefix, toLink: interface.index)
    if topology.path == .routed, name != .router {
      let router = addresses.address(on: cable, side == .near ? .far : .near)
      try host.netlink.addDefaultRoute(via: router, link: interface.index)
    }
    return CableEnd(host: name, interface: interface, port: port)
  }

  private func preparePort(_ port: Device, of cable: CableName) throws {
    try wiring.netlink.addIngressHook(link: port.index)
    guard let impairment = topology.impairments[cable] else { return }
    if impairment.needsNetem {
      try wiring.netlink.addNetem(NetemSettings(impairment), link: port.index)
    } else if let rate = impairment.rate {
      try wiring.netlink.addTokenBucket(rate: rate, link: port.index)
    }
  }

  // MARK: - Readiness

  /// Waits until every interface and port can carry packets; a matter of a millisecond.
  private func waitUntilOperational() throws {
    let deadline = Clocks.monotonicNanoseconds() + 2_000_000_000
    for cable in try topology.cables.map({ try cable($0) }) {
      for end in cable.ends {
        try Self.wait(for: end.interface, in: try host(end.host), until: deadline)
        try Self.wait(for: end.port, in: wiring, until: deadline)
      }
    }
  }

  private static func wait(for device: Device, in namespace: NetworkNamespace, until deadline: Int64) throws {
    while !(try namespace.netlink.link(device.index).isOperational) {
      if Clocks.monotonicNanoseconds() > deadline {
        throw LabError("wait for carrier", "\(device.name) is not operational after 2 s")
      }
    }
  }

  // MARK: - The router

  /// Whether there is a router now: false on the direct path, and while it is without power.
  public var hasRouter: Bool { state.withLock { $0.hosts[.router] != nil } }

  /// Cuts the router's power: its cables lose carrier at once, and its namespace is gone with all it knew.
  ///
  /// - Returns: the time before and after the carriers went.
  func powerOffRouter() throws -> Moment {
    let moment = try Moment.measure { try setPorts(up: false, of: topology.cables) }
    state.withLock { $0.hosts[.router] = nil }
    return moment
  }

  /// Boots a fresh router: new namespace and devices, the same addresses. Only for a thread of your own.
  ///
  /// - Returns: the time before and after the cables came back.
  func powerOnRouter() throws -> Moment {
    let router = try NetworkNamespace()
    try router.netlink.setUp(true, [Self.loopback])
    state.withLock { $0.hosts[.router] = router }
    for name in topology.cables {
      var cable = try cable(name)
      let routerIsNear = cable.near.host == .router
      let fresh = try addEnd(of: name, routerIsNear ? .near : .far, host: .router)
      let other = routerIsNear ? cable.far.port : cable.near.port
      if routerIsNear { cable.near = fresh } else { cable.far = fresh }
      state.withLock { [cable] in $0.cables[name] = cable }
      try preparePort(fresh.port, of: name)
      try wiring.netlink.removeRedirect(from: other.index)
      try wiring.netlink.redirect(from: other.index, to: fresh.port.index)
      try wiring.netlink.redirect(from: fresh.port.index, to: other.index)
    }
    let moment = try Moment.measure { try setPorts(up: true, of: topology.cables) }
    try waitUntilOperational()
    return moment
  }

  // MARK: - The witness

  /// Adds a host that is wired straight to the server and is no part of the topology. Only for a thread of your own.
  func attachWitness() throws -> NetworkNamespace {
    let witness = try NetworkNamespace()
    let server = try host(.server)
    let number = state.withLock { state in
      state.devicesMade += 1
      return state.devicesMade
    }
    let ends = [(namespace: server, index: 1 + number, end: AddressPlan.End.far), (witness, 1, .near)].map { end in
      (end: VethEnd(name: "witness", index: end.index + 100, namespace: end.namespace), side: end.end)
    }
    try witness.netlink.addVeth(main: ends[0].end, peer: ends[1].end)
    for (end, side) in ends {
      try end.namespace.netlink.configure(link: end.index, forwarding: false)
      try end.namespace.netlink.addAddress(
        addresses.witnessAddress(side), prefix: addresses.prefix, toLink: end.index)
    }
    try witness.netlink.setUp(true, [ends[1].end.index])
    let deadline = Clocks.monotonicNanoseconds() + 2_000_000_000
    for (end, _) in ends {
      try Self.wait(for: Device(index: end.index, name: end.name), in: end.namespace, until: deadline)
    }
    return witness
  }

  // MARK: - Constants

  private static let loopback: Int32 = 1

  /// What would leak from one of the client's connections to its next, or keep a dead lab alive (ip-sysctl).
  ///
  /// Only where it matters: each write takes the longer the more namespaces there are.
  private static func pinned(in host: HostName) -> [Sysctl] {
    let orphans = Sysctl("net/ipv4/tcp_orphan_retries", "1")
    switch host {
    case .client: return [Sysctl("net/ipv4/tcp_no_metrics_save", "1"), orphans]
    case .server, .backup: return [orphans]
    case .router: return []
    }
  }

  /// Locally administered, and the same after a restart, as a real router's is.
  private static func macAddress(_ cable: CableName, _ side: AddressPlan.End) -> [UInt8] {
    let number = UInt8(CableName.allCases.firstIndex(of: cable) ?? 0) + 1
    return [0x02, 0x00, 0x00, 0x00, number, side.rawValue]
  }
}

extension NetemSettings {
  init(_ impairment: Impairment) {
    self.init(
      delay: impairment.delay.map { Int($0.inNanoseconds / 1000) },
      jitter: impairment.jitter.map { Int($0.inNanoseconds / 1000) }, loss: impairment.loss)
  }
}
