import Glibc
import Lab
import LinuxNetwork
import LinuxSystem
import Model
import Synchronization
import TestSupport
import Testing

/// What faults do to a real TCP connection.
@Suite("Faults and traffic", .needsNamespaces)
struct TrafficTests {
  private static let moment = Duration.milliseconds(300)

  private func lab(_ path: Path = .routed, _ family: AddressFamily) async throws -> (Lab, TestConnection) {
    let lab = try await Lab.build(Topology(path: path, family: family))
    let connection = try TestConnection(in: lab)
    #expect(try connection.works())
    return (lab, connection)
  }

  private func confirmed(_ fault: any RunningFault, sourceLocation: SourceLocation = #_sourceLocation) async throws {
    let proof = try await fault.prove(patience: .zero)
    #expect(proof.verdict == .confirmed, "\(proof.evidence)", sourceLocation: sourceLocation)
  }

  @Test(
    "data that is lost in a silent break is sent again after the heal", arguments: Path.allCases,
    AddressFamily.allCases)
  func silentBreaks(path: Path, family: AddressFamily) async throws {
    let (lab, connection) = try await lab(path, family)
    let everywhere: [any RunningFault] = [
      CablePull(lab: lab, cable: .server), Blackhole(lab: lab, cable: .server, direction: .toServer),
      InterfaceDown(lab: lab, host: .client), InterfaceDown(lab: lab, host: .server),
    ]
    let routed: [any RunningFault] = [
      FirewallDrop(lab: lab, direction: .toServer), RouterRestart(lab: lab),
    ]
    for fault in path.hasRouter ? everywhere + routed : everywhere {
      try await fault.prepare()
      _ = try await fault.inject()
      try connection.client.send()
      #expect(try !connection.server.receives(within: Self.moment), "\(fault)")
      try await confirmed(fault)
      _ = try await fault.heal()
      #expect(try connection.server.receives(within: .seconds(10)), "\(fault) healed")
      #expect(try connection.works(), "\(fault) healed")
    }
  }

  @Test(
    "the router tells the client that the server's neighbour is gone", arguments: [Path.routed, .nat],
    AddressFamily.allCases)
  func unreachable(path: Path, family: AddressFamily) async throws {
    let (lab, connection) = try await lab(path, family)
    _ = try await CablePull(lab: lab, cable: .server).inject()
    try connection.client.send()
    #expect(try connection.client.softError(within: .seconds(20)) == "EHOSTUNREACH")
  }

  @Test(
    "a host that is cut off is told by its own kernel that its neighbour is gone", arguments: Path.allCases,
    AddressFamily.allCases)
  func ownKernel(path: Path, family: AddressFamily) async throws {
    let (lab, connection) = try await lab(path, family)
    _ = try await CablePull(lab: lab, cable: path.hasRouter ? .client : .server).inject()
    try connection.client.send()
    #expect(try connection.client.softError(within: .seconds(20)) == "EHOSTUNREACH")
  }

  /// Data that could not even be sent waits for the probe timer, not for the retransmission timer (tcp_write_xmit,
  /// tcp_check_probe_timer): there is no ICMP error, and a different give-up time.
  @Test("a host that has lost its routes or address sends nothing, and probes")
  func noRoute() async throws {
    for family in AddressFamily.allCases {
      let (lab, connection) = try await lab(.routed, family)
      let fault = InterfaceDown(lab: lab, host: .client)
      _ = try await fault.inject()
      try connection.client.send()
      #expect(try timer(of: connection, in: lab) == 4, "\(family)")
      _ = try await fault.heal()
      #expect(try connection.server.receives(within: .seconds(10)))
    }
    let (lab, connection) = try await lab(.routed, .ipv4)
    _ = try await AddressChange(lab: lab).inject()
    try connection.client.send()
    #expect(try timer(of: connection, in: lab) == 4)
  }

  private func timer(of connection: TestConnection, in lab: Lab) throws -> Int? {
    try socket(of: connection, in: lab)?.timer
  }

  private func socket(of connection: TestConnection, in lab: Lab) throws -> SocketState? {
    let port = try connection.client.descriptor.localPort()
    let family = lab.topology.family == .ipv4 ? AF_INET : AF_INET6
    return try lab.host(.client).diagnosis.tcpConnections(family: family).first { $0.localPort == port }
  }

  @Test(
    "what is sent to a client's former address is lost until it is back", arguments: Path.allCases,
    AddressFamily.allCases)
  func addressChange(path: Path, family: AddressFamily) async throws {
    let (lab, connection) = try await lab(path, family)
    let fault = AddressChange(lab: lab)
    _ = try await fault.inject()
    try connection.server.send()
    #expect(!connection.client.hears(within: Self.moment))
    try await confirmed(fault)
    // From its new address, the client reaches every host.
    #expect(try TestConnection(in: lab, port: 7001).works())
    _ = try await fault.heal()
    #expect(try connection.client.receives(within: .seconds(10)))
    #expect(try connection.works())
  }

  @Test("a one-way break lets the other direction pass", arguments: AddressFamily.allCases)
  func oneWay(family: AddressFamily) async throws {
    let (lab, connection) = try await lab(.routed, family)
    for fault: any RunningFault in [
      Blackhole(lab: lab, cable: .server, direction: .toClient), FirewallDrop(lab: lab, direction: .toClient),
    ] {
      _ = try await fault.inject()
      try connection.client.send()
      #expect(try connection.server.receives(within: .seconds(5)), "\(fault)")
      try connection.server.send()
      #expect(try !connection.client.receives(within: Self.moment), "\(fault)")
      _ = try await fault.heal()
      #expect(try connection.client.receives(within: .seconds(10)), "\(fault) healed")
    }
  }

  @Test("a rejection tells the sender so, and an established connection survives all but a reset")
  func rejections() async throws {
    let expected: [AddressFamily: [Rejection: String]] = [
      // include/net/icmp.h and net/ipv4/icmp.c, icmp_err_convert.
      .ipv4: [
        .netUnreachable: "ENETUNREACH", .hostUnreachable: "EHOSTUNREACH", .protocolUnreachable: "ENOPROTOOPT",
        .portUnreachable: "ECONNREFUSED", .netProhibited: "ENETUNREACH", .hostProhibited: "EHOSTUNREACH",
        .adminProhibited: "EHOSTUNREACH",
      ],
      // net/ipv6/icmp.c, tab_unreach.
      .ipv6: [
        .netUnreachable: "ENETUNREACH", .hostUnreachable: "EHOSTUNREACH", .portUnreachable: "ECONNREFUSED",
        .adminProhibited: "EACCES",
      ],
    ]
    for (family, errors) in expected {
      for (rejection, error) in errors {
        // One lab each, since the router's ICMP is rate-limited.
        let (lab, connection) = try await lab(.routed, family)
        let fault = try FirewallReject(lab: lab, rejection: rejection)
        _ = try await fault.inject()
        try connection.client.send()
        #expect(try connection.client.softError(within: .seconds(5)) == error, "\(family) \(rejection)")
        try await confirmed(fault)
        _ = try await fault.heal()
        #expect(try connection.server.receives(within: .seconds(10)), "\(family) \(rejection) healed")
        #expect(try connection.works(), "\(family) \(rejection) healed")
      }
    }
  }

  /// tcp_v4_err and tcp_v6_err; icsk_backoff counts the doublings by retransmissions, less those that were undone.
  @Test("only the reports that the effect names undo backoff", arguments: AddressFamily.allCases)
  func backoff(family: AddressFamily) async throws {
    for rejection in [Rejection.netUnreachable, .hostUnreachable, .adminProhibited] {
      let (lab, connection) = try await lab(.routed, family)
      _ = try await FirewallReject(lab: lab, rejection: rejection).inject()
      try await expectBackoff(
        of: connection, in: lab, under: .firewallReject(with: rejection), within: .seconds(4))
    }
    let (lab, connection) = try await lab(.routed, family)
    _ = try await CablePull(lab: lab, cable: .server).inject()
    try await expectBackoff(of: connection, in: lab, under: .cablePull(cable: .server), within: .seconds(10))
  }

  private func expectBackoff(
    of connection: TestConnection, in lab: Lab, under fault: Fault, within time: Duration
  ) async throws {
    let effect = fault.course(for: ConnectionUnderTest(topology: lab.topology)).during
    try connection.client.send()
    let deadline = Instant.now + time
    var wasUndone = false
    var retransmits = 0
    while Instant.now < deadline, !wasUndone {
      let tcp = try #require(try socket(of: connection, in: lab)).tcp
      retransmits = tcp.retransmits
      wasUndone = tcp.backoff < tcp.retransmits
      pause(milliseconds: 10)
    }
    #expect(retransmits > 0)
    guard case .pathBroken(let silence) = effect else {
      Issue.record("\(fault): \(effect)")
      return
    }
    #expect(silence.hostUnreachable == wasUndone, "\(fault) \(lab.topology.family)")
  }

  @Test("a rejection by reset ends the connection of the side that sends", arguments: AddressFamily.allCases)
  func resets(family: AddressFamily) async throws {
    let (lab, connection) = try await lab(.routed, family)
    let fault = try FirewallReject(lab: lab, rejection: .tcpReset)
    _ = try await fault.inject()
    #expect(!connection.client.hears(within: Self.moment))
    try connection.client.send()
    #expect(try connection.client.hardError(within: .seconds(5)) == "ECONNRESET")
    try await confirmed(fault)
    _ = try await fault.heal()
    try connection.server.send()
    #expect(try connection.server.hardError(within: .seconds(5)) == "ECONNRESET")
  }

  @Test("a rejection that IPv6 does not have is refused")
  func rejectionsOfOneFamily() async throws {
    let lab = try await Lab.build(Topology(family: .ipv6))
    #expect(throws: LabError.self) { try FirewallReject(lab: lab, rejection: .hostProhibited) }
  }

  @Test(
    "a router that forgets and adopts restores the connection with the client's next segment, not the server's",
    arguments: AddressFamily.allCases)
  func looseFlush(family: AddressFamily) async throws {
    let (lab, connection) = try await lab(.nat, family)
    let fault = NATFlush(lab: lab, loose: true)
    try await fault.prepare()
    _ = try await fault.inject()
    try await confirmed(fault)
    try connection.server.send()
    #expect(!connection.client.hears(within: Self.moment))
    #expect(try connection.works())
    #expect(throws: Never.self) { _ = try connection.client.descriptor.takeError() }
  }

  @Test("a router that forgets and does not adopt is silent for good", arguments: AddressFamily.allCases)
  func strictFlush(family: AddressFamily) async throws {
    let (lab, connection) = try await lab(.nat, family)
    let fault = NATFlush(lab: lab, loose: false)
    try await fault.prepare()
    _ = try await fault.inject()
    try await confirmed(fault)
    try connection.client.send()
    try connection.server.send()
    #expect(!connection.server.hears(within: .seconds(1)))
    #expect(!connection.client.hears(within: .zero))
    try await confirmed(fault)
    // Only the connection is lost: the router forwards new ones.
    #expect(try TestConnection(in: lab, port: 7001).works())
    await #expect(throws: LabError.self) { try await fault.heal() }
  }

  @Test("a router that maps to another port makes the server's kernel send a reset", arguments: AddressFamily.allCases)
  func rebind(family: AddressFamily) async throws {
    let (lab, connection) = try await lab(.nat, family)
    let fault = NATRebind(lab: lab)
    try await fault.prepare()
    _ = try await fault.inject()
    try await confirmed(fault)
    #expect(!connection.client.hears(within: Self.moment))
    try connection.client.send()
    #expect(try connection.client.hardError(within: .seconds(5)) == "ECONNRESET")
    try await confirmed(fault)
    // The server does not know of it.
    try connection.server.send()
    #expect(!connection.server.hears(within: Self.moment))
    #expect(try TestConnection(in: lab, port: 7001).works())
  }

  @Test(
    "a connection that is idle for longer than the router's timeout is forgotten, a more active one is kept",
    arguments: AddressFamily.allCases)
  func timeout(family: AddressFamily) async throws {
    let (lab, busy) = try await lab(.nat, family)
    let quiet = try TestConnection(in: lab, port: 7001)
    #expect(try quiet.works())
    let fault = try NATTimeout(lab: lab, after: .seconds(3))
    try await fault.prepare()
    _ = try await fault.inject()
    try await confirmed(fault)
    for _ in 0..<9 {
      pause(milliseconds: 500)
      #expect(try busy.works())
    }
    try quiet.client.send()
    #expect(!quiet.server.hears(within: .milliseconds(500)))
    #expect(!quiet.client.hears(within: .zero))
    try await confirmed(fault)
    _ = try await fault.heal()
    #expect(try busy.works())
    // A forgotten connection stays forgotten.
    #expect(!quiet.server.hears(within: .seconds(1)))
  }

  @Test("a timeout that the kernel cannot count is refused")
  func fractions() async throws {
    let lab = try await Lab.build(Topology(path: .nat))
    #expect(throws: LabError.self) { try NATTimeout(lab: lab, after: .milliseconds(1500)) }
    let plain = try await Lab.build(Topology())
    await #expect(throws: LabError.self) { try await NATFlush(lab: plain, loose: true).prepare() }
  }

  @Test(
    "no FIN of a crashed host gets out, and it never answers again", arguments: Path.allCases, AddressFamily.allCases)
  func hostCrash(path: Path, family: AddressFamily) async throws {
    let (lab, connection) = try await lab(path, family)
    let client = connection.client
    let fault = HostCrash(lab: lab, host: .server, process: TestProcess(connection))
    _ = try await fault.inject()
    try await confirmed(fault)
    #expect(throws: LabError.self) { try lab.host(.server) }
    #expect(!client.hears(within: Self.moment))
    try client.send()
    #expect(!client.hears(within: Self.moment))
    try await confirmed(fault)
  }

  @Test("a rebooting host is silent, then resets forgotten connections", arguments: AddressFamily.allCases)
  func hostReboot(family: AddressFamily) async throws {
    let (lab, connection) = try await lab(.routed, family)
    let client = connection.client
    let process = TestProcess(connection)
    let before = try lab.host(.server).identity
    let fault = HostReboot(lab: lab, host: .server, process: process)
    _ = try await fault.inject()
    try await confirmed(fault)
    #expect(!client.hears(within: Self.moment))
    _ = try await fault.heal()
    #expect(process.restarts.withLock { $0 } == 1)
    #expect(try lab.host(.server).identity != before)
    #expect(try await fault.prove(patience: .zero).verdict == .mismatch)
    try client.send()
    #expect(try client.hardError(within: .seconds(10)) == "ECONNRESET")
    #expect(try TestConnection(in: lab, port: 7001).works())
  }

  @Test("a client that loses power loses its connection, and returns with its address", arguments: Path.allCases)
  func clientReboot(path: Path) async throws {
    let (lab, connection) = try await lab(path, .ipv4)
    let fault = HostReboot(lab: lab, host: .client, process: TestProcess(connection))
    _ = try await fault.inject()
    try await confirmed(fault)
    _ = try await fault.heal()
    #expect(try TestConnection(in: lab, port: 7001).works())
  }
}
