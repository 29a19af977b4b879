import CLinux

/// How a process ended.
public enum ProcessEnd: Sendable, Hashable, CustomStringConvertible {
  case exited(Int32)
  /// Killed by a signal, by its number.
  case signalled(Int32)

  /// From wait(2)'s status; WIFEXITED and its siblings are macros, which Swift cannot call.
  init(status: Int32) {
    self = status & 0x7f == 0 ? .exited(status >> 8 & 0xff) : .signalled(status & 0x7f)
  }

  /// What happened to the process, as text that follows its name: `was killed by signal 9 (SIGKILL)`.
  public var description: String {
    switch self {
    case .exited(let status): "exited with status \(status)"
    case .signalled(let signal): "was killed by signal \(signal)\(Self.name(of: signal))"
    }
  }

  /// ` (SIGKILL)`; empty if the C library does not know it.
  private static func name(of signal: Int32) -> String {
    clinux_signal_name(signal).map { " (SIG\(String(cString: $0)))" } ?? ""
  }
}
