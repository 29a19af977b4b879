import EndpointProtocol
import LinuxSystem
import Model

/// Keeps a server's process from its work, and measures the CPU time that this uses.
///
/// A thread that spins in place of a stuck one runs at SCHED_IDLE: to the peer this looks like a busy loop in the
/// server, but it hardly disturbs the other measurements on this machine. Hogs run at normal priority; the server's
/// control group limits them.
final class Saturation {
  let mode: SaturationMode
  private let spinners: [SpinningThread]
  private let processTimeBefore: Int64

  /// Enough hogs that every processor has some, and that the server queues behind them.
  private static let hogs = 4

  init(_ mode: SaturationMode) throws(EndpointError) {
    self.mode = mode
    processTimeBefore = CurrentProcess.cpuNanoseconds()
    let (count, priority): (Int, SpinningThread.Priority) =
      switch mode {
      case .busyLoop, .worker: (1, .idle)
      case .starved: (Self.hogs, .inherited)
      case .stall: (0, .idle)
      }
    var spinners: [SpinningThread] = []
    do throws(SystemError) {
      for _ in 0..<count { spinners.append(try SpinningThread(priority: priority)) }
    } catch {
      for spinner in spinners { _ = spinner.stop() }
      throw EndpointError(.unsupported, stage: "saturate", error.description)
    }
    self.spinners = spinners
  }

  /// The CPU time that the spinning threads have used so far; for a stall, which should use none, the process's CPU
  /// time.
  func cpuTime() throws(EndpointError) -> Duration {
    if mode == .stall { return processTime() }
    var sum: Int64 = 0
    for spinner in spinners {
      sum += try during("report-cpu") { () throws(SystemError) in try spinner.cpuNanoseconds() }
    }
    return .nanoseconds(sum)
  }

  /// Stops the spinning threads and returns their total CPU time. Call it once.
  func end() -> Duration {
    let sum = spinners.map { $0.stop() }.reduce(0, +)
    return mode == .stall ? processTime() : .nanoseconds(sum)
  }

  private func processTime() -> Duration { .nanoseconds(CurrentProcess.cpuNanoseconds() - processTimeBefore) }
}
