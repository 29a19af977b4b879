import Glibc
import LinuxNetwork
import LinuxSystem
import Model
import Synchronization

/// A private network, built for one measurement and removed with its last reference.
///
/// ```
/// client ==client== router ==server== server      path: routed, nat
///                       \==backup== backup
///
/// client ==server== server                        path: direct
///       \==backup== backup
/// ```
/// Every cable's two ports live in the lab's own wiring namespace, with each port's ingress redirected to the other.
public final class Lab: Sendable {
  public let topology: Topology
  public let addresses: AddressPlan
  public let wiring: NetworkNamespace
  /// Decides what impairments do to which frame, on kernels that take a seed; nil: the kernel decides.
  let seed: Int64?
  let state: Mutex<State>

  struct State {
    /// Those that have power.
    var hosts: [HostName: NetworkNamespace] = [:]
    var cables: [CableName: Cable] = [:]
    /// The desired state of each port.
    var wanted: [PortName: PortState] = [:]
    /// The state of each port that was last sent to the kernel.
    var applied: [PortName: AppliedPort] = [:]
    /// The hosts' own interfaces that faults have set down.
    var interfacesDown: Set<Device> = []
    /// Names and indexes are never used twice: a destroyed device lingers until the kernel has cleaned it up.
    var devicesMade: Int32 = 0
    var witnesses: UInt8 = 0
  }

  /// Builds the lab. Creates namespaces, which moves the CALLING THREAD: call it only on a thread of your own.
  ///
  /// - Parameter seed: decides what impairments do to which frame, on kernels that take a seed (see `NetemSettings`).
  public init(_ topology: Topology, seed: Int64? = nil) throws {
    self.topology = topology
    self.seed = seed
    addresses = AddressPlan(family: topology.family)
    wiring = try NetworkNamespace()
    state = Mutex(State())
    for host in topology.hosts { try boot(host) }
    for cable in topology.cables {
      let hosts = Cable.hosts(of: cable, path: topology.path)
      let ends = (try addEnd(of: cable, .near, host: hosts.near), try addEnd(of: cable, .far, host: hosts.far))
      try lay(Cable(name: cable, near: ends.0, far: ends.1), fresh: AddressPlan.End.allCases)
    }
    try changePorts { ports in
      for cable in topology.cables {
        for side in AddressPlan.End.allCases {
          ports[PortName(cable: cable, side: side)] = PortState(standing: topology.impairments[cable])
        }
      }
    }
    try waitUntilOperational()
  }

  /// The same, from Swift concurrency.
  public static func build(_ topology: Topology, seed: Int64? = nil) async throws -> Lab {
    try await DedicatedThread.run { try Lab(topology, seed: seed) }
  }

  /// The namespace of a host of the topology that has power.
  public func host(_ name: HostName) throws(LabError) -> NetworkNamespace {
    guard let host = state.withLock({ $0.hosts[name] }) else {
      throw LabError("find host \(name.rawValue)", "there is none now on the \(topology.path.rawValue) path")
    }
    return host
  }

  /// Whether the topology has this host, and the host has power.
  public func hasPower(_ host: HostName) -> Bool { state.withLock { $0.hosts[host] != nil } }

  public func cable(_ name: CableName) throws(LabError) -> Cable {
    guard let cable = state.withLock({ $0.cables[name] }) else {
      throw LabError("find cable \(name.rawValue)", "the \(topology.path.rawValue) path has none")
    }
    return cable
  }

  /// The cables that end at a host.
  func cables(of host: HostName) throws -> [Cable] {
    try topology.cables.map { try cable($0) }.filter { $0.side(of: host) != nil }
  }

  /// The address at which a server is reached by clients.
  public func serviceAddress(of host: HostName) -> IPAddress {
    addresses.address(on: host == .backup ? .backup : .server, .far)
  }

  // MARK: - Building

  /// Creates a host's namespace, without devices.
  func boot(_ name: HostName) throws {
    let host = try NetworkNamespace(
      sysctls: Self.pinned(in: name, topology.family), diagnosed: [.client, .server].contains(name))
    try host.netlink.setUp(true, [Self.loopback])
    state.withLock { $0.hosts[name] = host }
    guard name == .router else { return }
    if topology.family == .ipv6 { try host.write([Sysctl("net/ipv6/conf/all/forwarding", "1")]) }
    if topology.path == .nat { try host.changeFirewall(Masquerade.rules(topology)) }
  }

  /// Gives `host` an interface with address and route, whose other end is a port in the wiring namespace, still down.
  func addEnd(of cable: CableName, _ side: AddressPlan.End, host name: HostName) throws -> CableEnd {
    let host = try host(name)
    let number = nextDevice()
    let interface = Device(index: 1 + number, name: "eth-\(cable.rawValue)")
    let port = Device(index: 100 + number, name: "\(cable.rawValue).\(number)")
    try host.netlink.addInterface(
      main: VethEnd(
        name: interface.name, index: interface.index, namespace: host, macAddress: Self.macAddress(cable, side)),
      peer: VethEnd(name: port.name, index: port.index, namespace: wiring), forwarding: name == .router,
      addressing(of: cable, side, host: name).map { .add($0, prefix: addresses.prefix) }
        + gateway(of: cable, side, host: name).map { [.addDefaultRoute(via: $0)] }.orNone)
    return CableEnd(host: name, interface: interface, port: port)
  }

  /// The addresses of an interface.
  func addressing(of cable: CableName, _ side: AddressPlan.End, host: HostName) -> [IPAddress] {
    [addresses.linkLocalAddress(side), addresses.address(on: cable, side)].compactMap { $0 }
  }

  /// The gateway of a host's default route; nil for routers, and if there is none.
  func gateway(of cable: CableName, _ side: AddressPlan.End, host: HostName) -> IPAddress? {
    guard topology.path.hasRouter, host != .router else { return nil }
    return addresses.address(on: cable, side == .near ? .far : .near)
  }

  /// Joins the ports of a cable whose `fresh` ends are new. They are still down.
  func lay(_ cable: Cable, fresh: [AddressPlan.End]) throws {
    state.withLock { state in
      state.cables[cable.name] = cable
      for side in fresh {
        let name = PortName(cable: cable.name, side: side)
        state.applied[name] = AppliedPort(changes: state.applied[name]?.changes ?? 0)
      }
    }
    try wiring.netlink.join(
      cable.near.port.index, cable.far.port.index, fresh: fresh.map { cable[$0].port.index })
  }

  func nextDevice() -> Int32 {
    state.withLock { state in
      state.devicesMade += 1
      return state.devicesMade
    }
  }

  // MARK: - Readiness

  /// Waits until every interface and port that is plugged in can carry packets; this takes about a millisecond.
  func waitUntilOperational() throws {
    let deadline = Clocks.monotonicNanoseconds() + 2_000_000_000
    for cable in try topology.cables.map({ try cable($0) }) {
      let ports = state.withLock { state in
        AddressPlan.End.allCases.filter { state.wanted[PortName(cable: cable.name, side: $0)]?.isUp == true }
      }
      for end in ports.map({ cable[$0] }) where hasPower(end.host) {
        let host = try host(end.host)
        // An interface that a fault has set down stays down.
        if isSetDown(end.interface) { continue }
        try Self.wait(for: end.interface, in: host, until: deadline)
        try Self.wait(for: end.port, in: wiring, until: deadline)
      }
    }
  }

  static func wait(for device: Device, in namespace: NetworkNamespace, until deadline: Int64) throws {
    while !(try namespace.netlink.link(device.index).isOperational) {
      if Clocks.monotonicNanoseconds() > deadline {
        throw LabError("wait for carrier", "\(device.name) is not operational after 2 s")
      }
      // On the virtual clock, hardly any time passes during polling.
      usleep(50)
    }
  }

  // MARK: - Constants

  static let loopback: Int32 = 1

  /// Settings that would carry state from one of the client's connections to the next, keep a released lab alive, or
  /// send unasked packets (ip-sysctl).
  ///
  /// Written only where it matters: each write takes longer the more namespaces there are.
  private static func pinned(in host: HostName, _ family: AddressFamily) -> [Sysctl] {
    let orphans = Sysctl("net/ipv4/tcp_orphan_retries", "1")
    // No router solicitations; the kernel reads this when a device is created.
    let silence = family == .ipv6 ? [Sysctl("net/ipv6/conf/default/accept_ra", "0")] : []
    switch host {
    case .client: return [Sysctl("net/ipv4/tcp_no_metrics_save", "1"), orphans] + silence
    case .server, .backup: return [orphans] + silence
    case .router: return []
    }
  }

  /// Locally administered, and the same after a restart, as on a real machine.
  private static func macAddress(_ cable: CableName, _ side: AddressPlan.End) -> [UInt8] {
    let number = UInt8(CableName.allCases.firstIndex(of: cable) ?? 0) + 1
    return [0x02, 0x00, 0x00, 0x00, number, side.rawValue]
  }
}

extension Optional where Wrapped: RangeReplaceableCollection {
  /// An empty collection for nil.
  fileprivate var orNone: Wrapped { self ?? Wrapped() }
}
