import Glibc
import LinuxSystem
import Model
import Synchronization

/// `process-stop`: SIGSTOP, as for a process in a debugger, or a machine that freezes and thaws. Its kernel goes on
/// acknowledging. The heal is SIGCONT.
public final class ProcessStop: RunningFault {
  private let process: any ProcessControl
  private let stopped = Mutex<ProcessHandle?>(nil)

  public init(process: any ProcessControl) {
    self.process = process
  }

  public var backend: String { "sigstop" }

  public func inject() async throws -> Moment {
    guard let process = await process.process else {
      throw LabError("process-stop", "the process does not run")
    }
    let moment = try await Self.send(.stop, to: process)
    stopped.withLock { $0 = process }
    return moment
  }

  public func prove(patience _: Duration) async throws -> Proof {
    guard let process = stopped.withLock({ $0 }) else { return Proof.checking([]) }
    let states = process.threadStates()
    return Proof.checking([
      ("all threads of process \(process.identifier) are stopped", !states.isEmpty && states.allSatisfy { $0 == "T" })
    ])
  }

  public func heal() async throws -> Moment {
    guard let process = stopped.withLock({ $0 }) else {
      throw LabError("process-stop", "the process was not stopped")
    }
    return try await Self.send(.resume, to: process)
  }

  /// Sends the signal and waits until it has acted on every thread.
  private static func send(_ signal: ProcessHandle.Signal, to process: ProcessHandle) async throws -> Moment {
    try await DedicatedThread.run {
      let before = Instant.now
      try process.send(signal)
      let deadline = before + .seconds(5)
      while true {
        let states = process.threadStates()
        if states.isEmpty { throw LabError("process-stop", "process \(process.identifier) is gone") }
        if states.allSatisfy({ ($0 == "T") == (signal == .stop) }) { return Moment(before: before, after: .now) }
        if Instant.now > deadline {
          throw LabError(
            "process-stop", "after 5 s the threads of process \(process.identifier) are in states \(states)")
        }
        // On the virtual clock, the process cannot run and no time passes while this process spins.
        usleep(1)
      }
    }
  }

  /// The stopped side itself notices nothing except that its timers are late.
  static func effect(of host: Observer, on connection: ConnectionUnderTest) -> FaultEffect {
    host == connection.observer ? .none : .serviceUnresponsive(.process)
  }
}
