@testable import Lab
import LinuxNetwork
import LinuxSystem
import Model
import TestSupport
import Testing

@Suite("The lab", .needsNamespaces)
struct LabTests {
  @Test("every topology comes up with all its devices operational", arguments: Path.allCases, AddressFamily.allCases)
  func topologies(path: Path, family: AddressFamily) async throws {
    for backup in [false, true] { try await comesUp(Topology(path: path, family: family, backup: backup)) }
  }

  private func comesUp(_ topology: Topology) async throws {
    let lab = try await Lab.build(topology)
    for name in topology.cables {
      for end in try lab.cable(name).ends {
        let interface = try lab.host(end.host).netlink.link(end.interface.index)
        let port = try lab.wiring.netlink.link(end.port.index)
        #expect(interface.isOperational && port.isOperational)
        #expect(interface.index != port.index)
      }
    }
  }

  @Test(
    "an idle cable carries no frames, so that impairments affect only the hosts' own traffic",
    arguments: AddressFamily.allCases)
  func silence(family: AddressFamily) async throws {
    let lab = try await Lab.build(Topology(family: family, backup: true))
    // Multicast listener reports, duplicate address detection and router solicitations would have appeared by then.
    try await Task.sleep(for: .milliseconds(2500))
    for name in lab.topology.cables {
      let cable = try lab.cable(name)
      let (near, far) = (try state(of: cable.near, in: lab), try state(of: cable.far, in: lab))
      #expect(near.receivedPackets == far.transmittedPackets, "\(name): the ports sent")
      #expect(far.receivedPackets == near.transmittedPackets, "\(name): the ports sent")
      if family == .ipv4 { #expect(near.transmittedPackets + far.transmittedPackets == 0, "\(name): the hosts sent") }
    }
  }

  private func state(of end: CableEnd, in lab: Lab) throws -> LinkState {
    try lab.host(end.host).netlink.link(end.interface.index)
  }

  @Test("frames pass from client to servers and back", arguments: Path.allCases, AddressFamily.allCases)
  func traffic(path: Path, family: AddressFamily) async throws {
    let lab = try await Lab.build(Topology(path: path, family: family, backup: true))
    #expect(try await lab.reaches(.server))
    #expect(try await lab.reaches(.backup))
  }

  @Test("a NAT router shows the server its own address, a plain one the client's", arguments: AddressFamily.allCases)
  func masquerading(family: AddressFamily) async throws {
    for path in Path.allCases {
      let lab = try await Lab.build(Topology(path: path, family: family, backup: true))
      let connection = try TestConnection(in: lab)
      let client = lab.addresses.address(on: path == .direct ? .server : .client, .near)
      let router = lab.addresses.address(on: .server, .near)
      #expect(connection.peer == "\(path == .nat ? router : client)")
      #expect(try connection.works())
    }
  }

  @Test("a NAT router does not answer unsolicited packets from outside", arguments: AddressFamily.allCases)
  func unsolicited(family: AddressFamily) async throws {
    let lab = try await Lab.build(Topology(path: .nat, family: family))
    let router = try #require(SocketAddress(host: "\(lab.addresses.address(on: .server, .near))", port: 7))
    let socket = try lab.host(.server).runBlocking {
      let socket = try Sockets.tcp(family: router.family)
      try socket.startConnecting(to: router)
      return TestSocket(socket)
    }
    #expect(try socket.hardError(within: .milliseconds(300)) == nil)
  }

  @Test("a witness reaches the server over its own link", arguments: AddressFamily.allCases)
  func witness(family: AddressFamily) async throws {
    let lab = try await Lab.build(Topology(family: family))
    let socket = try await DedicatedThread.run {
      let witness = try lab.attachWitness(to: .server)
      let address = try #require(SocketAddress(host: "\(witness.hostAddress)", port: 7))
      return try witness.namespace.runBlocking {
        let socket = try Sockets.tcp(family: address.family)
        try socket.startConnecting(to: address)
        return TestSocket(socket)
      }
    }
    #expect(try socket.hardError(within: .seconds(5)) == "ECONNREFUSED")
  }

  @Test("a cable that the path does not have is refused by name")
  func missingCable() async throws {
    let lab = try await Lab.build(Topology(path: .direct))
    #expect(throws: LabError.self) { try lab.cable(.client) }
    #expect(throws: LabError.self) { try lab.host(.router) }
  }

  @Test("a rate limit stands on both ports of its cable")
  func rateLimit() async throws {
    try #require(Machine.has(.tokenBucket), "this kernel has no sch_tbf")
    let lab = try await Lab.build(Topology(impairments: [.server: Impairment(rate: 1_000_000)]))
    let limited = try lab.wiring.netlink.qdiscs().filter { $0.kind == "tbf" }.map(\.index)
    #expect(try Set(limited) == Set(lab.cable(.server).ends.map(\.port.index)))
    #expect(try await lab.reaches(.server))
  }

  @Test("netem delays frames as requested", .needsNetem)
  func netem() async throws {
    let lab = try await Lab.build(Topology(impairments: [.server: Impairment(delay: .milliseconds(50))]))
    let start = Instant.now
    #expect(try await lab.reaches(.server))
    #expect(Instant.now - start >= .milliseconds(100))
  }

  @Test("nothing of a lab is left once it is released")
  func release() async throws {
    let path: String
    do {
      let lab = try await Lab.build(Topology(backup: true))
      path = try lab.host(.client).path
      _ = try OwnedDescriptor.open(path)
    }
    #expect(throws: SystemError.self) { _ = try OwnedDescriptor.open(path) }
  }
}

extension Lab {
  /// Whether a TCP connection from the client to the host's port 7 is refused by the host itself within five seconds:
  /// the shortest round trip that needs no process at the other end.
  func reaches(_ host: HostName) async throws -> Bool {
    let address = "\(serviceAddress(of: host))"
    return try await self.host(.client).run {
      guard let target = SocketAddress(host: address, port: 7) else { return false }
      let socket = try Sockets.tcp(family: target.family)
      do throws(SystemError) {
        try socket.startConnecting(to: target)
      } catch {
        return error.errno.name == "ECONNREFUSED"
      }
      let deadline = Instant.now + .seconds(5)
      while Instant.now < deadline {
        if let error = try socket.takeError() { return error.name == "ECONNREFUSED" }
        pause(milliseconds: 1)
      }
      return false
    }
  }
}
