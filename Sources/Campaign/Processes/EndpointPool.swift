import EndpointProtocol
import LinuxNetwork
import Synchronization

/// The source of endpoints for measurements.
///
/// On the real clock each has a process of its own. In a guest, where a start is expensive, finished processes are kept
/// for the next measurement: a role's state ends with the role, so they behave like new ones.
final class EndpointPool: Sendable {
  /// The path of `flatline-endpoint`.
  private let executable: String
  /// Whether processes are kept.
  let keeps: Bool
  private let idle = Mutex<[EndpointProcess]>([])

  init(executable: String, keeps: Bool) {
    self.executable = executable
    self.keeps = keeps
  }

  /// An endpoint of this role, in a process that is idle or a new one. Its first event is `started`.
  func start(_ role: EndpointRole, in namespace: NetworkNamespace, named name: String) -> RunningEndpoint {
    let process = idle.withLock { $0.popLast() } ?? EndpointProcess(executable: executable)
    let endpoint = RunningEndpoint(named: name, process: process, from: self)
    process.assume(role, in: namespace, for: endpoint)
    return endpoint
  }

  /// Keeps a process that has no role and no state of an earlier one.
  func takeBack(_ process: EndpointProcess) {
    idle.withLock { $0.append(process) }
  }

  /// Ends the idle processes.
  func drain() async {
    let processes = idle.withLock { idle in
      defer { idle = [] }
      return idle
    }
    for process in processes { await process.end() }
  }
}
