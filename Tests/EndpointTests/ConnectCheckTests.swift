import Endpoint
import EndpointProtocol
import Model
import Testing

@Suite("Checks by connecting")
struct ConnectCheckTests {
  @Test("each check is a new connection, closed as soon as it stands")
  func checks() async throws {
    try await onThread { bench in
      let peer = try TestPeer()
      let settings = ConnectSettings(
        interval: .milliseconds(50), synRetries: 3, userTimeout: .seconds(5), timeout: .seconds(60))
      let client = try bench.observer(of: peer.address, by: .connect(settings))
      sleep(.milliseconds(500))
      let state = try client.mark(now())
      #expect(state.connectingSince == nil)
      #expect(try #require(state.nextHeartbeat) > now() - .seconds(3))
      let connections = peer.now.connections
      #expect(connections >= 3)
      #expect(connections <= 13)
      #expect(try client.finish().requests.isEmpty)
      let settled = peer.now.connections
      sleep(.milliseconds(200))
      #expect(peer.now.connections <= settled + 1, "no checks after the end, except for one that waited")
    }
  }

  @Test("a refused check declares the peer dead with its errno, though the connection stands")
  func refused() async throws {
    try await onThread { bench in
      let peer = try TestPeer()
      let client = try bench.observer(
        of: peer.address, by: .connect(ConnectSettings(interval: .milliseconds(50))))
      sleep(.milliseconds(200))
      peer.change { $0.listens = false }
      #expect(try client.declared().signal == .errno("ECONNREFUSED"))
    }
  }

  @Test("a check that hangs declares the peer dead after the application's own timeout, and no other is started")
  func timeout() async throws {
    try await onThread { bench in
      // A queue of one holds two connections (sk_acceptq_is_full); then SYNs are dropped.
      let peer = try TestPeer(backlog: 1)
      let settings = ConnectSettings(interval: .milliseconds(50), timeout: .milliseconds(800))
      let client = try bench.observer(of: peer.address, by: .connect(settings))
      sleep(.milliseconds(200))
      peer.change { $0.accepts = false }
      sleep(.milliseconds(600))
      let hanging = now()
      let began = try #require(try client.mark(hanging).connectingSince)
      #expect(began < hanging)
      let declaration = try client.declared()
      #expect(declaration.signal == .connectTimeout)
      #expect(declaration.at >= began + .milliseconds(800))
      #expect(try client.mark(hanging).connectingSince == began)
    }
  }

  @Test(
    "a setting that the kernel cannot express is refused",
    arguments: [
      ConnectSettings(interval: .seconds(1), synRetries: 1000),
      ConnectSettings(interval: .seconds(1), userTimeout: .microseconds(1)),
      ConnectSettings(interval: .zero),
    ])
  func impossible(settings: ConnectSettings) async throws {
    try await onThread { bench in
      let peer = try TestPeer()
      let client = try bench.start(.client)
      try client.send(
        .open(ClientTask(server: peer.address, watching: Watch(settings: .connect(settings)), workload: .idle)))
      #expect(try client.failed().stage == "open")
    }
  }
}
