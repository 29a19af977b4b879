import Endpoint
import EndpointProtocol
import LinuxNetwork
import Model
import TestSupport

// The steps of tests in mode `watch`, and of detectors that learn.
extension TestEndpoint {
  func suspected() throws -> (at: Instant, signal: Signal) {
    try expect("suspected") { if case .suspected(let at, let signal) = $0 { (at, signal) } else { nil } }
  }

  func trusted() throws -> Instant {
    try expect("trusted") { if case .trusted(let at) = $0 { at } else { nil } }
  }

  func learned() throws -> Duration {
    try expect("learned") { if case .learned(let interval, _) = $0 { interval } else { nil } }
  }

  /// The port of the reopened connection.
  func readyAgain() throws -> UInt16 {
    try expect("ready") { if case .ready(_, let port, _) = $0 { port } else { nil } }
  }
}

extension TestBench {
  /// A client whose connection to `server` is ready, and that begins.
  func observer(
    of server: EndpointAddress, by settings: DetectorSettings, mode: DetectorMode = .act, workload: Workload = .idle,
    in namespace: NetworkNamespace? = nil
  ) throws -> TestEndpoint {
    let client = try start(.client, in: namespace)
    let taken = try client.open(
      ClientTask(server: server, watching: Watch(settings: settings, mode: mode), workload: workload))
    guard taken == settings else { throw TestFailure("\(settings) was taken as \(taken)") }
    try client.begin()
    return client
  }
}
