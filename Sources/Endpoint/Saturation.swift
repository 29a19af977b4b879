import EndpointProtocol
import LinuxSystem
import Model

/// A server that answers nobody while its machine's CPU burns.
///
/// The event loop stands still, and a thread spins at SCHED_IDLE: to the peer that is a busy loop in the server, yet
/// the other measurements on this machine are hardly disturbed. The kernel goes on acknowledging.
struct Saturation: ~Copyable {
  private let spinner: SpinningThread

  init() throws(EndpointError) {
    spinner = try during("saturate", .unsupported) { () throws(SystemError) in try SpinningThread() }
  }

  /// The CPU time burnt so far.
  func cpuTime() throws(EndpointError) -> Duration {
    .nanoseconds(try during("report-cpu") { () throws(SystemError) in try spinner.cpuNanoseconds() })
  }

  /// Ends the burning; the CPU time burnt in all.
  consuming func end() -> Duration {
    .nanoseconds(spinner.stop())
  }
}
