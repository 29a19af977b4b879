import EndpointProtocol
import Glibc
import LinuxNetwork
import LinuxSystem
import Model
import TestSupport
import Testing

@testable import Endpoint

@Suite("Monitors of link and route", .needsNamespaces)
struct MonitorTests {
  @Test(
    "a lost carrier is noticed, with the peer alive",
    arguments: [TestNetwork.host.ipv4, TestNetwork.host.ipv6])
  func carrier(host: String) async throws {
    try await onThread { bench in
      let network = try TestNetwork()
      let (_, address) = try bench.server(in: network, host: host)
      let client = try bench.observer(of: address, by: .linkMonitor, in: network.client)
      #expect(client.isSilent(for: .milliseconds(200)))
      let before = now()
      try network.pull()
      let declaration = try client.declared()
      #expect(declaration.signal == .carrierLost)
      #expect(declaration.at > before)
    }
  }

  @Test("a carrier that comes back ends the suspicion")
  func carrierBack() async throws {
    try await onThread { bench in
      let network = try TestNetwork()
      let (_, address) = try bench.server(in: network)
      let client = try bench.observer(of: address, by: .linkMonitor, mode: .watch, in: network.client)
      sleep(.milliseconds(50))
      for _ in 1...2 {
        try network.pull()
        let suspicion = try client.suspected()
        #expect(suspicion.signal == .carrierLost)
        #expect(client.isSilent(for: .milliseconds(100)))
        try network.plug()
        #expect(try client.trusted() > suspicion.at)
      }
    }
  }

  @Test("an interface that is set down has no carrier either")
  func interfaceDown() async throws {
    try await onThread { bench in
      let network = try TestNetwork()
      let (_, address) = try bench.server(in: network)
      let client = try bench.observer(of: address, by: .linkMonitor, in: network.client)
      sleep(.milliseconds(50))
      try network.setInterface(up: false)
      #expect(try client.declared().signal == .carrierLost)
    }
  }

  @Test("a carrier lost before the measurement begins is declared when it begins")
  func early() async throws {
    try await onThread { bench in
      let network = try TestNetwork()
      let (_, address) = try bench.server(in: network)
      let client = try bench.start(.client, in: network.client)
      _ = try client.open(ClientTask(server: address, watching: Watch(settings: .linkMonitor), workload: .idle))
      try network.pull()
      #expect(client.isSilent(for: .milliseconds(200)))
      let start = try client.begin()
      let declaration = try client.declared()
      #expect(declaration.signal == .carrierLost)
      #expect(declaration.at >= start)
    }
  }

  @Test(
    "a route that goes with its interface is noticed, though the kernel does not announce it",
    arguments: [TestNetwork.host.ipv4, TestNetwork.host.ipv6])
  func route(host: String) async throws {
    try await onThread { bench in
      let network = try TestNetwork()
      let (_, address) = try bench.server(in: network, host: host)
      let client = try bench.observer(of: address, by: .routeMonitor, in: network.client)
      #expect(client.isSilent(for: .milliseconds(200)))
      let before = now()
      try network.setInterface(up: false)
      let declaration = try client.declared()
      #expect(declaration.signal == .routeLost)
      #expect(declaration.at > before)
    }
  }

  @Test("a route that comes back is trusted again, every time")
  func routeBack() async throws {
    try await onThread { bench in
      let network = try TestNetwork()
      let (_, address) = try bench.server(in: network)
      let client = try bench.observer(of: address, by: .routeMonitor, mode: .watch, in: network.client)
      sleep(.milliseconds(50))
      for _ in 1...20 {
        try network.setInterface(up: false)
        let suspicion = try client.suspected()
        #expect(suspicion.signal == .routeLost)
        try network.setInterface(up: true)
        #expect(try client.trusted() > suspicion.at)
      }
    }
  }

  @Test("a lost carrier takes no route away, and no other route matters")
  func unaffected() async throws {
    try await onThread { bench in
      let network = try TestNetwork()
      let (_, address) = try bench.server(in: network)
      let client = try bench.observer(of: address, by: .routeMonitor, in: network.client)
      sleep(.milliseconds(50))
      try network.client.netlink.addDefaultRoute(via: IPAddress(bytes: [10, 9, 0, 3]), link: TestNetwork.left)
      try network.pull()
      #expect(client.isSilent(for: .milliseconds(300)))
    }
  }

  @Test("a carrier that was lost and came back before the check still counts as lost")
  func flap() async throws {
    let network = try TestNetwork()
    let turns = try network.client.runBlocking {
      guard let peer = SocketAddress(host: TestNetwork.host.ipv4, port: 1),
        let source = SocketAddress(host: "10.9.0.1", port: 1)
      else { throw TestFailure("an address") }
      let loop = try EventLoop()
      let sideChannel = try LinkSideChannel(WatchedPath(peer: peer, source: source), on: loop)
      guard sideChannel.start().isEmpty else { throw TestFailure("the carrier was there") }
      for up in [false, true] {
        try up ? network.plug() : network.pull()
        for _ in 0..<500 where try network.client.netlink.link(TestNetwork.left).isOperational != up { usleep(10_000) }
      }
      var turns: [[Bool]] = []
      while let ready = try loop.wait(until: now() + .milliseconds(200)).ready.first {
        turns.append(sideChannel.serve(ready).map { $0 == .pathLost })
      }
      return turns
    }
    #expect(turns.allSatisfy { $0.count <= 1 })
    #expect(turns.contains([true]))
    #expect(turns.last { !$0.isEmpty } == [false])
  }
}
