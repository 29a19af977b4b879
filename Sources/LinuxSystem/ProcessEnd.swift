/// How a process ended.
public enum ProcessEnd: Sendable, Hashable, CustomStringConvertible {
  case exited(Int32)
  /// Killed by a signal, by its number.
  case signalled(Int32)

  /// From wait(2)'s status; WIFEXITED and its siblings are macros, which Swift cannot call.
  init(status: Int32) {
    self = status & 0x7f == 0 ? .exited(status >> 8 & 0xff) : .signalled(status & 0x7f)
  }

  public var description: String {
    switch self {
    case .exited(let status): "exited with status \(status)"
    case .signalled(let signal): "killed by signal \(signal)"
    }
  }
}
