import Endpoint
import EndpointProtocol
import LinuxNetwork
import LinuxSystem
import Model
import TestSupport
import Testing

@Suite("The kernel's own timeouts", .needsNamespaces)
struct KernelTimeoutTests {
  private static let workload = Workload.requests(every: .milliseconds(50), timeout: .seconds(60))

  @Test("TCP_USER_TIMEOUT is read back, and ends a connection with data that nobody acknowledges")
  func userTimeout() async throws {
    try await onThread { bench in
      let network = try TestNetwork()
      let (_, address) = try bench.server(in: network)
      let timeout = Duration.milliseconds(700)
      let client = try bench.observer(
        of: address, by: .userTimeout(UserTimeoutSettings(timeout: timeout)), workload: Self.workload,
        in: network.client)
      sleep(.milliseconds(200))
      let before = now()
      try network.pull()
      let declaration = try client.declared()
      #expect(declaration.signal == .errno("ETIMEDOUT"))
      // The last data that was acknowledged was sent before; tick and round trip lie in between.
      #expect(declaration.at >= before + timeout - .milliseconds(100))
    }
  }

  @Test("a user timeout that the kernel cannot express is refused", arguments: [Duration.microseconds(1500), .zero])
  func refused(timeout: Duration) async throws {
    try await onThread { bench in
      let (_, address) = try bench.server()
      let client = try bench.start(.client)
      let watch = Watch(settings: .userTimeout(UserTimeoutSettings(timeout: timeout)))
      try client.send(.open(ClientTask(server: address, watching: watch, workload: .idle)))
      #expect(try client.failed().stage == "open")
    }
  }

  private static let canSetLimits: Bool = {
    let limits = [Sysctl("net/ipv4/tcp_retries2", "2")]
    let namespace = try? DedicatedThread.runBlocking { try NetworkNamespace(sysctls: limits) }
    return (try? namespace?.runBlocking { Sysctl.read("net/ipv4/tcp_retries2") }) == "2"
  }()

  @Test(
    "the retransmission limits of the namespace are read back, and end the connection",
    .enabled(if: canSetLimits, "/proc/sys is read-only here"))
  func retransmission() async throws {
    try await onThread { bench in
      let network = try TestNetwork(clientSysctls: [Sysctl("net/ipv4/tcp_retries2", "2")])
      let (_, address) = try bench.server(in: network)
      let client = try bench.observer(
        of: address, by: .retransmission(RetransmissionSettings(retries2: 2)), workload: Self.workload,
        in: network.client)
      sleep(.milliseconds(200))
      let before = now()
      try network.pull()
      let declaration = try client.declared()
      #expect(declaration.signal == .errno("ETIMEDOUT") || declaration.signal == .errno("EHOSTUNREACH"))
      // Retransmissions after at least 200 and 400 ms; then the connection is given up.
      #expect(declaration.at > before + .milliseconds(600))
    }
  }

  @Test("the value in force is reported, not the requested one")
  func inForce() async throws {
    try await onThread { bench in
      let network = try TestNetwork()
      let (_, address) = try bench.server(in: network)
      let client = try bench.start(.client, in: network.client)
      let asked = RetransmissionSettings(retries2: 99)
      let settings = try client.open(
        ClientTask(server: address, watching: Watch(settings: .retransmission(asked)), workload: .idle))
      guard case .retransmission(let taken) = settings else { throw TestFailure("\(settings)") }
      #expect(taken.retries2 == 15)
      #expect(taken.rtoMax == nil)
    }
  }

  private static let hasLongestTimeout = Sysctl.read("net/ipv4/tcp_rto_max_ms") != nil

  @Test(
    "the longest retransmission timeout of the namespace is read back",
    .enabled(if: canSetLimits && hasLongestTimeout, "this kernel has no tcp_rto_max_ms, or /proc/sys is read-only"))
  func longestTimeout() async throws {
    try await onThread { bench in
      let network = try TestNetwork(clientSysctls: [Sysctl("net/ipv4/tcp_rto_max_ms", "2000")])
      let (_, address) = try bench.server(in: network)
      _ = try bench.observer(
        of: address, by: .retransmission(RetransmissionSettings(rtoMax: .seconds(2))), in: network.client)
    }
  }
}
