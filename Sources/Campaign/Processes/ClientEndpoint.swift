import EndpointProtocol
import Lab
import LinuxSystem
import Model
import Synchronization

/// A client's endpoint, as faults may handle it.
///
/// A fault may kill its process and start another one, which only idles: the measuring process is gone, and nothing
/// replaces what it would have seen.
final class ClientEndpoint: ProcessControl {
  private let lab: Lab
  private let pool: EndpointPool
  private let current: Mutex<RunningEndpoint>

  init(_ client: RunningEndpoint, in lab: Lab, from pool: EndpointPool) {
    self.lab = lab
    self.pool = pool
    current = Mutex(client)
  }

  /// The endpoint that runs now, or ran last.
  var endpoint: RunningEndpoint { current.withLock { $0 } }

  var process: ProcessHandle? { endpoint.surrender() }

  func kill() async throws -> Moment { try await endpoint.killByFault() }

  func restart() async throws -> Moment {
    let before = Instant.now
    let endpoint = pool.start(.client, in: try lab.host(.client), named: "client")
    do {
      _ = try await endpoint.expect("started") { event in
        if case .started(let at) = event { at } else { nil }
      }
    } catch {
      await endpoint.kill()
      throw error
    }
    current.withLock { $0 = endpoint }
    return Moment(before: before, after: .now)
  }
}
