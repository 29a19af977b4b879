import Endpoint
import EndpointProtocol
import LinuxSystem
import Model

/// The endpoints of one test. They live until it is over: an endpoint that is dropped sees the end of its input.
final class TestBench {
  private var endpoints: [TestEndpoint] = []

  /// An endpoint on a thread of this process.
  func start(_ role: Endpoint.Role) throws -> TestEndpoint {
    endpoints.append(try TestEndpoint(role))
    return endpoints[endpoints.count - 1]
  }

  /// An endpoint in a process of its own.
  func spawn(_ arguments: [String]) throws -> TestEndpoint {
    endpoints.append(try TestEndpoint(arguments: arguments))
    return endpoints[endpoints.count - 1]
  }

  /// A server on a free port of `host`.
  func server(host: String = "127.0.0.1") throws -> (TestEndpoint, EndpointAddress) {
    let server = try start(.server)
    return (server, try server.listen(host: host))
  }

  /// A client whose connection to `server` is ready.
  func client(
    to server: EndpointAddress, backup: EndpointAddress? = nil, settings: DetectorSettings = .none,
    workload: Workload = .idle
  ) throws -> TestEndpoint {
    let client = try start(.client)
    _ = try client.open(ClientTask(server: server, backup: backup, settings: settings, workload: workload))
    return client
  }
}

/// Runs a test that blocks on a thread of its own, so that any number of them wait side by side.
func onThread(_ body: @escaping @Sendable (TestBench) throws -> Void) async throws {
  try await DedicatedThread.run {
    let bench = TestBench()
    try withExtendedLifetime(bench) { try body(bench) }
  }
}
