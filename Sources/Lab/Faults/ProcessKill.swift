import LinuxSystem
import Model
import Synchronization

/// `process-kill`: SIGKILL. The host's kernel closes the process's connections: by FIN, or by RST if data had come in
/// that was never read (RFC 1122, section 4.2.2.13; net/ipv4/tcp.c, __tcp_close).
///
/// The heal starts a new process with the same task, which does not know the old one's connections.
public final class ProcessKill: RunningFault {
  private let process: any ProcessControl
  private let killed = Mutex<ProcessHandle?>(nil)

  public init(process: any ProcessControl) {
    self.process = process
  }

  public var backend: String { "sigkill" }

  public func inject() async throws -> Moment {
    let handle = await process.process
    let moment = try await process.kill()
    killed.withLock { $0 = handle }
    return moment
  }

  public func prove(patience _: Duration) async throws -> Proof {
    guard let killed = killed.withLock({ $0 }) else { return Proof.checking([]) }
    let successor = await process.process
    return Proof.checking([
      ("process \(killed.identifier) is gone", killed.hasEnded),
      ("no other process has replaced it", successor == nil),
    ])
  }

  public func heal() async throws -> Moment {
    try await process.restart()
  }

  /// The killed side itself notices nothing.
  static func course(of host: Observer, for connection: ConnectionUnderTest) -> EffectCourse {
    host == connection.observer
      ? EffectCourse(.none) : EffectCourse(.connectionLost(.atOnce), after: .connectionLost(.whenSpokenTo))
  }
}
