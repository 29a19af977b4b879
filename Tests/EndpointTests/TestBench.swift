import Endpoint
import EndpointProtocol
import LinuxNetwork
import LinuxSystem
import Model

/// The endpoints of one test. They live until the test ends: an endpoint that is dropped sees the end of its input.
final class TestBench {
  private var endpoints: [TestEndpoint] = []

  /// An endpoint on a thread of this process, which is in `namespace` if there is one.
  func start(_ role: EndpointRole, in namespace: NetworkNamespace? = nil) throws -> TestEndpoint {
    endpoints.append(try TestEndpoint(role, in: namespace))
    return endpoints[endpoints.count - 1]
  }

  /// A process without a role.
  func spawn(_ arguments: [String] = []) throws -> TestEndpoint {
    endpoints.append(try TestEndpoint(arguments: arguments))
    return endpoints[endpoints.count - 1]
  }

  /// An endpoint in a process of its own.
  func spawn(_ role: EndpointRole) throws -> TestEndpoint {
    let endpoint = try spawn()
    try endpoint.assume(role)
    return endpoint
  }

  /// A server on a port of `host`; 0 picks a free one.
  func server(
    host: String = "127.0.0.1", port: UInt16 = 0, acceptQueue: Int = 128,
    responder: Pinging.Responder = .eventLoop, watching: Watch? = nil, workload: Workload = .idle
  ) throws -> (TestEndpoint, EndpointAddress) {
    let server = try start(.server)
    let task = ServerTask(
      address: EndpointAddress(host: host, port: port), acceptQueue: acceptQueue, responder: responder,
      watching: watching, workload: workload)
    return (server, try server.listen(task))
  }

  /// The address of a server that is gone: nothing listens there.
  func deserted() throws -> EndpointAddress {
    let (server, address) = try server()
    try server.quit()
    return address
  }

  /// A client whose connection to `server` is ready.
  func client(
    to server: EndpointAddress, backup: EndpointAddress? = nil, settings: DetectorSettings = .none,
    workload: Workload = .idle, failover: FailoverPolicy? = nil, clients: Int = 1, seed: UInt64 = 0
  ) throws -> TestEndpoint {
    let client = try start(.client)
    _ = try client.open(
      ClientTask(
        server: server, backup: backup, watching: Watch(settings: settings), workload: workload, failover: failover,
        clients: clients, seed: seed))
    return client
  }
}

/// Runs a blocking test on a separate thread, so that any number of tests can wait side by side.
func onThread(_ body: @escaping @Sendable (TestBench) throws -> Void) async throws {
  try await DedicatedThread.run {
    let bench = TestBench()
    try withExtendedLifetime(bench) { try body(bench) }
  }
}
